package etl

import (
	"errors"
	"fmt"
	"os"
)

// Bookmark is how far a source has been read, as of the last pull of which every
// payload was loaded. The zero Bookmark is that of a source that was never pulled.
type Bookmark struct {
	ETag         string // of the last answer, as the server wrote it
	LastModified string // of the last answer, as the server wrote it
	Watermark    string // greatest value of the watermark column as the database writes it, or hash of a list of files
}

// Pull is what one visit at a publisher brought. It is closed when its payloads
// are archived.
type Pull struct {
	Payloads []Payload // in the order in which they are to be loaded
	LeftOut  []LeftOut // files that are there and were not taken
	Bookmark Bookmark  // for the next visit, once every payload is loaded
	Remark   string    // why there is no payload, in both languages; may be empty
	Spooled  []string  // local files that the connector made
}

// Close removes the local files that the connector made.
func (p Pull) Close() error {
	var faults []error
	for _, path := range p.Spooled {
		faults = append(faults, os.Remove(path))
	}
	return errors.Join(faults...)
}

// LeftOut is a file that a connector saw and did not take.
type LeftOut struct {
	FileName string
	Reason   PullReason
	Detail   string // more words, may be empty
}

// String says in both languages which file was left out, and why.
func (l LeftOut) String() string {
	return fmt.Sprintf("%s: %s", l.FileName, l.Reason.describe(l.Detail))
}

// PullReason says why a publisher could not be read, or a file of it was left
// out. Codes are never renamed: they stand in the run ledger, and each has its
// heading in the runbook.
type PullReason string

// The reasons of connectors.
const (
	Unreachable          PullReason = "unreachable"
	ServerError          PullReason = "server_error"
	AccessDenied         PullReason = "access_denied"
	NotThere             PullReason = "not_there"
	RequestRefused       PullReason = "request_refused"
	CertificateUntrusted PullReason = "certificate_untrusted"
	HostKeyChanged       PullReason = "host_key_changed"
	RedirectRefused      PullReason = "redirect_refused"
	TooLarge             PullReason = "too_large"
	TimeLimit            PullReason = "time_limit"
	BadPaging            PullReason = "bad_paging"
	QueryFailed          PullReason = "query_failed"
	SecretMissing        PullReason = "secret_missing"
	FileGrowing          PullReason = "file_growing"
	FileVanished         PullReason = "file_vanished"
	FileUnreadable       PullReason = "file_unreadable"
)

// pullWords are the meanings of the reasons, Chinese and English.
func pullWords() map[PullReason][2]string {
	return map[PullReason][2]string{
		Unreachable:          {"连接不上", "no connection could be made"},
		ServerError:          {"对方服务器出错或过忙", "the server fails or is too busy"},
		AccessDenied:         {"没有权限或密码不对", "the server does not let us in"},
		NotThere:             {"该位置不存在", "there is nothing at this place"},
		RequestRefused:       {"对方拒绝了请求", "the server refuses the request"},
		CertificateUntrusted: {"证书不受信任", "the certificate of the server is not trusted"},
		HostKeyChanged:       {"服务器密钥与登记的不同", "the key of the server is not the one that is pinned"},
		RedirectRefused:      {"不跟随该重定向", "the redirect is not followed"},
		TooLarge:             {"超过大小上限", "larger than the size limit"},
		TimeLimit:            {"超过时限", "the time limit is over"},
		BadPaging:            {"分页结果无法拼接", "the pages do not make one answer"},
		QueryFailed:          {"查询失败", "the query failed"},
		SecretMissing:        {"读不到密码或密钥", "a password or key cannot be read"},
		FileGrowing:          {"文件可能尚未写完，下次再取", "the file may not be finished; it is taken another time"},
		FileVanished:         {"文件在读取前消失", "the file went away before it was read"},
		FileUnreadable:       {"文件无法读取", "the file cannot be read"},
	}
}

// PullReasons lists every reason of a connector, in no order.
func PullReasons() []PullReason {
	var all []PullReason
	for reason := range pullWords() {
		all = append(all, reason)
	}
	return all
}

// IsFault reports whether a person has to do something. A file that is still
// written to, or that its owner took back, is none.
func (r PullReason) IsFault() bool { return r != FileGrowing && r != FileVanished }

// IsPassing reports whether the publisher may answer a while later although nobody
// has done anything.
func (r PullReason) IsPassing() bool {
	return r == Unreachable || r == ServerError || r == TimeLimit || r == FileVanished
}

// describe gives the meaning in both languages, and the detail.
func (r PullReason) describe(detail string) string {
	words := pullWords()[r]
	if detail == "" {
		return words[0] + " / " + words[1]
	}
	return words[0] + " / " + words[1] + ": " + detail
}

// PullError reports that a publisher could not be read. Its text names the place
// and the cause, and never a password.
type PullError struct {
	Reason PullReason
	At     string // place, without anything secret
	Err    error  // cause, may be nil
}

// Error begins with the code of the reason, by which the runbook is read.
func (e *PullError) Error() string {
	detail := ""
	if e.Err != nil {
		detail = e.Err.Error()
	}
	return fmt.Sprintf("%s: %s: %s", e.Reason, e.At, e.Reason.describe(detail))
}

// Unwrap gives the cause.
func (e *PullError) Unwrap() error { return e.Err }
