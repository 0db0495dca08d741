package jobs

import "fmt"

// The steps that people take with an alert, in their order. Acknowledging and
// assigning may be left out; the others may not where the alert is real.
const (
	StepAcknowledged = "acknowledged"
	StepAssigned     = "assigned"
	StepVerified     = "verified"
	StepAssessed     = "assessed"
	StepMeasures     = "measures"
	StepClosed       = "closed"
)

// VerifiedReal is the finding that an alert is neither an error of the data nor
// known already, and so has to be assessed and met with measures.
const VerifiedReal = "real"

// Case is how far people have dealt with an alert, a row of mart_alert_case.
type Case struct {
	Stage        string // new or the furthest step
	Verification string // code of VERIFICATION, empty before
	IsAssessed   bool
	HasMeasures  bool
}

// Step is what somebody wants to do with an alert.
type Step struct {
	Act     string
	Verdict string // at verified code of VERIFICATION, at closed code of ALERT_OUTCOME
	Note    string
	By      string
}

// The faults of a step.
const (
	FaultClosed      = "case_closed"        // it is closed, and has not come back since
	FaultNobody      = "nobody_named"       // it is not said who does it
	FaultNoText      = "text_missing"       // the step has to be put into words
	FaultNoVerdict   = "verdict_missing"    // the step has to end in a code
	FaultNotVerified = "not_verified"       // nobody has said yet whether the alert is real
	FaultNotReal     = "not_real"           // what is no real alert is closed, not assessed
	FaultNotAssessed = "not_assessed"       // a real alert is assessed before measures
	FaultNoMeasures  = "measures_missing"   // a real alert is not closed without measures
	FaultOutcome     = "outcome_unsuitable" // the outcome does not go with the verification
)

// StepError says why a step cannot be taken.
type StepError struct{ Fault string }

func (e *StepError) Error() string { return fmt.Sprintf("step refused: %s", e.Fault) }

// Refuse returns why a step cannot be taken now, nil when it can: a *StepError. A
// step may be taken again; the newest of a kind counts.
func (c Case) Refuse(s Step) error {
	if fault := c.fault(s); fault != "" {
		return &StepError{fault}
	}
	return nil
}

func (c Case) fault(s Step) string {
	isReal := c.Verification == VerifiedReal
	needsText := s.Act != StepAcknowledged && s.Act != StepAssigned
	needsVerdict := s.Act == StepVerified || s.Act == StepClosed
	switch {
	case c.Stage == StepClosed:
		return FaultClosed
	case s.By == "":
		return FaultNobody
	case needsText && s.Note == "":
		return FaultNoText
	case needsVerdict && s.Verdict == "":
		return FaultNoVerdict
	}
	follows := s.Act == StepAssessed || s.Act == StepMeasures || s.Act == StepClosed
	switch {
	case follows && c.Verification == "":
		return FaultNotVerified
	case (s.Act == StepAssessed || s.Act == StepMeasures) && !isReal:
		return FaultNotReal
	case s.Act == StepMeasures && !c.IsAssessed:
		return FaultNotAssessed
	case s.Act == StepClosed && isReal && !c.HasMeasures:
		return FaultNoMeasures
	case s.Act == StepClosed && !goWith(c.Verification, s.Verdict):
		return FaultOutcome
	}
	return ""
}

// goWith reports whether an outcome suits what was verified: figures are corrected
// where they were wrong, and only a real alert improves.
func goWith(verification, outcome string) bool {
	switch outcome {
	case "corrected":
		return verification == "data_error"
	case "explained":
		return verification != VerifiedReal
	default:
		return verification == VerifiedReal
	}
}
