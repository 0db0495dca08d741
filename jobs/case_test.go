package jobs

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestStepsOfACase(t *testing.T) {
	for name, test := range map[string]struct {
		given Case
		step  Step
		want  string
	}{
		"anyone may acknowledge":             {Case{Stage: "new"}, Step{Act: StepAcknowledged, By: "Li"}, ""},
		"nobody may not":                     {Case{Stage: "new"}, Step{Act: StepAcknowledged}, FaultNobody},
		"a verification is put into words":   {Case{Stage: "new"}, Step{StepVerified, "real", "", "Li"}, FaultNoText},
		"and ends in a code":                 {Case{Stage: "new"}, Step{StepVerified, "", "seen", "Li"}, FaultNoVerdict},
		"closing needs a verification":       {Case{Stage: "assigned"}, Step{StepClosed, "explained", "x", "Li"}, FaultNotVerified},
		"and measures where it is real":      {Case{"assessed", "real", true, false}, Step{StepClosed, "improved", "x", "Li"}, FaultNoMeasures},
		"and words":                          {Case{"measures", "real", true, true}, Step{StepClosed, "improved", "", "Li"}, FaultNoText},
		"then it closes":                     {Case{"measures", "real", true, true}, Step{StepClosed, "improved", "x", "Li"}, ""},
		"an error of the data is corrected":  {Case{Stage: "verified", Verification: "data_error"}, Step{StepClosed, "corrected", "x", "Li"}, ""},
		"it does not improve":                {Case{Stage: "verified", Verification: "data_error"}, Step{StepClosed, "improved", "x", "Li"}, FaultOutcome},
		"what is real is not explained away": {Case{"measures", "real", true, true}, Step{StepClosed, "explained", "x", "Li"}, FaultOutcome},
		"measures follow an assessment":      {Case{Stage: "verified", Verification: "real"}, Step{StepMeasures, "", "x", "Li"}, FaultNotAssessed},
		"what is known is not assessed":      {Case{Stage: "verified", Verification: "known"}, Step{StepAssessed, "", "x", "Li"}, FaultNotReal},
		"closed is closed":                   {Case{Stage: "closed", Verification: "known"}, Step{Act: StepAcknowledged, By: "Li"}, FaultClosed},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.given.Refuse(test.step)
			var refused *StepError
			if got := errors.As(err, &refused); got != (test.want != "") || got && refused.Fault != test.want {
				t.Errorf("got %v, want fault %q", err, test.want)
			}
		})
	}
}

// TestNoCaseClosesWithoutVerdictAndWords takes any steps in any order: what is
// closed has been verified, says who, why and how it ended, and where it is real
// measures were decided after an assessment.
func TestNoCaseClosesWithoutVerdictAndWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Case{Stage: "new"}
		var taken []Step
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			step := Step{
				Act:     rapid.SampledFrom([]string{StepAcknowledged, StepAssigned, StepVerified, StepAssessed, StepMeasures, StepClosed}).Draw(t, "act"),
				Verdict: rapid.SampledFrom([]string{"", "real", "data_error", "known", "improved", "corrected", "explained"}).Draw(t, "verdict"),
				Note:    rapid.SampledFrom([]string{"", "words"}).Draw(t, "note"),
				By:      rapid.SampledFrom([]string{"", "Li"}).Draw(t, "by"),
			}
			if c.Refuse(step) == nil {
				taken = append(taken, step)
				c = after(c, step)
			}
		}
		if c.Stage != StepClosed {
			return
		}
		end := taken[len(taken)-1]
		if end.Act != StepClosed || end.By == "" || end.Note == "" || end.Verdict == "" || c.Verification == "" {
			t.Fatalf("closed by %+v as %+v", end, c)
		}
		if c.Verification == VerifiedReal && !(c.IsAssessed && c.HasMeasures) {
			t.Fatalf("closed a real alert without measures: %+v", taken)
		}
	})
}

// after is the case once a step was taken, as mart_alert_case has it.
func after(c Case, s Step) Case {
	steps := []string{"new", StepAcknowledged, StepAssigned, StepVerified, StepAssessed, StepMeasures, StepClosed}
	place := map[string]int{}
	for i, name := range steps {
		place[name] = i
	}
	c.Stage = steps[max(place[c.Stage], place[s.Act])]
	switch s.Act {
	case StepVerified:
		c.Verification = s.Verdict
	case StepAssessed:
		c.IsAssessed = true
	case StepMeasures:
		c.HasMeasures = true
	}
	return c
}
