// Package channel brings news of alerts to people and programs: Prometheus
// Alertmanager, mail, the group robots of 企业微信, 钉钉 and 飞书, and a signed webhook.
//
// A channel is told a Message and says whether it was taken. It knows no
// warehouse, no route and no log: jobs.Deliverer decides who is told what, and
// remembers it. Each kind of channel is one file, with the public document that
// it follows. Secrets are read when they are used, and no error holds one.
package channel
