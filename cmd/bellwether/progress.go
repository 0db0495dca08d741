package main

import (
	"log/slog"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"bellwether/jobs"
	"bellwether/warehouse/engine"
)

// progress tells how far long work has come: as a bar on a terminal, and as a
// log line every few seconds anywhere else. Its zero total means that nobody
// knows how much there is.
type progress struct {
	mu     sync.Mutex
	bars   *mpb.Progress
	bar    *mpb.Bar
	stage  string
	logger *slog.Logger
	logged time.Time
}

const logEvery = 5 * time.Second

// newProgress returns a progress on standard error. Close it before the answer
// is written.
func (a *app) newProgress() *progress {
	p := &progress{logger: a.logger, logged: time.Now()}
	if isTerminal(a.errOut) {
		p.bars = mpb.New(mpb.WithOutput(a.errOut), mpb.WithWidth(40))
	}
	return p
}

// of is the progress of a load: for one payload its figures, for several how many
// of them are done.
func (p *progress) of(payloads int) func(step string, done, total int64) {
	left := jobs.StepLoad
	if payloads > 1 {
		left = jobs.StepRead
	}
	return func(step string, done, total int64) {
		if step != left {
			p.report(step, done, total)
		}
	}
}

// report is called by the work, with the name of the stage and how much of it
// is done.
func (p *progress) report(stage string, done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bars == nil {
		p.log(stage, done, total)
		return
	}
	if p.bar == nil || p.stage != stage {
		p.end()
		p.start(stage, total)
	}
	p.bar.SetCurrent(done)
}

func (p *progress) start(stage string, total int64) {
	p.stage = stage
	if total > 0 {
		counters := decor.CountersNoUnit("%d / %d")
		if stage == engine.StageDownload || stage == engine.StageUnpack {
			counters = decor.CountersKibiByte("% .1f / % .1f")
		}
		p.bar = p.bars.AddBar(total,
			mpb.PrependDecorators(decor.Name(stage, decor.WCSyncSpaceR)), mpb.AppendDecorators(counters))
		return
	}
	p.bar = p.bars.AddSpinner(0,
		mpb.PrependDecorators(decor.Name(stage, decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.CurrentNoUnit("%d")))
}

func (p *progress) log(stage string, done, total int64) {
	if time.Since(p.logged) < logEvery {
		return
	}
	p.stage, p.logged = stage, time.Now()
	p.logger.Info("working", "stage", stage, "done", done, "total", total)
}

func (p *progress) end() {
	if p.bar != nil {
		p.bar.SetTotal(-1, true)
		p.bar = nil
	}
}

// close ends the bars and gives the terminal back.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bars != nil {
		p.end()
		p.bars.Wait()
	}
}
