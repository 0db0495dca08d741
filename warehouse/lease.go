package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/uuid"
)

// ErrLeaseLost means that a lease could not be renewed in time; somebody else
// may hold it by now.
var ErrLeaseLost = errors.New("lease was lost")

// The leases there are.
const (
	LoaderLease  = "loader"  // one batch at a time
	DaemonLease  = "daemon"  // one daemon per warehouse
	DeliverLease = "deliver" // one delivery at a time
)

// HeldError says who holds a lease that was asked for.
type HeldError struct {
	Lease     string
	Holder    string    // host, process and user
	Since     time.Time // when the holder took it
	ExpiresAt time.Time // when its claim ends unless it is renewed
}

// Error names the holder.
func (e *HeldError) Error() string {
	return fmt.Sprintf("the %s lease is held by %s since %s / 另一进程正在使用：%s",
		e.Lease, e.Holder, e.Since.Format(time.RFC3339), e.Holder)
}

// Lease is the sole right to do something with the warehouse. It is renewed in
// the background until it is released; a process that dies without releasing it
// blocks others for half a minute at most, and on the same machine not at all.
type Lease struct {
	warehouse   *Warehouse
	code, owner string
	description string
	lost        context.Context // ends when the lease was lost or released
	lose        context.CancelCauseFunc
	renewing    sync.WaitGroup
}

// claim is a row of raw_lease.
type claim struct {
	Owner       string    `ch:"owner"`
	Description string    `ch:"description"`
	ClaimedAt   time.Time `ch:"claimed_at"`
	ExpiresAt   time.Time `ch:"expires_at"`
}

// Claim takes a lease, or returns a *HeldError that names its holder.
//
// A claim is written first and the others are read afterwards, so that of two
// processes at least one sees the other. Whoever sees an earlier claim gives
// way; whoever sees only later ones waits for them to do so.
func (w *Warehouse) Claim(ctx context.Context, code string) (*Lease, error) {
	l := &Lease{warehouse: w, code: code, owner: place() + strconv.Itoa(os.Getpid()) + "/" + uuid.NewString(), description: describeSelf()}
	if err := l.write(ctx, w.leaseTime, true); err != nil {
		return nil, fmt.Errorf("claim %s lease: %w", code, err)
	}
	if err := l.win(ctx); err != nil {
		return nil, errors.Join(err, l.write(context.WithoutCancel(ctx), 0, false))
	}
	l.lost, l.lose = context.WithCancelCause(context.WithoutCancel(ctx))
	l.renewing.Go(l.renew)
	return l, nil
}

// win waits until the claim is alone. The wait is short: who came later gives
// way as soon as it has read our claim.
func (l *Lease) win(ctx context.Context) error {
	for deadline := time.Now().Add(2 * time.Second); ; {
		other, mine, err := l.others(ctx)
		if err != nil {
			return fmt.Errorf("claim %s lease: %w", l.code, err)
		}
		if other == nil {
			return nil
		}
		isLater := other.ClaimedAt.After(mine) || other.ClaimedAt.Equal(mine) && other.Owner > l.owner
		if !isLater || time.Now().After(deadline) {
			return &HeldError{Lease: l.code, Holder: other.Description, Since: other.ClaimedAt, ExpiresAt: other.ExpiresAt}
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// others returns the earliest live claim that is not ours, and when we claimed.
func (l *Lease) others(ctx context.Context) (*claim, time.Time, error) {
	var claims []claim
	const question = `
		select owner, description, claimed_at, expires_at from raw_lease final
		where lease_code = {code:String} and expires_at > now64(6) order by claimed_at, owner`
	if err := l.warehouse.choose(ctx, &claims, question, clickhouse.Named("code", l.code)); err != nil {
		return nil, time.Time{}, err
	}
	var other *claim
	var mine time.Time
	for i, c := range claims {
		switch {
		case c.Owner == l.owner:
			mine = c.ClaimedAt
		case other == nil && !isDead(c.Owner):
			other = &claims[i]
		}
	}
	if mine.IsZero() {
		return nil, mine, fmt.Errorf("%w: the claim ran out before it was read back", ErrLeaseLost)
	}
	return other, mine, nil
}

// write appends a state of the claim. The server's clock counts, so that hosts
// need not agree on the time.
func (l *Lease) write(ctx context.Context, hold time.Duration, isNew bool) error {
	claimedAt := "now64(6)"
	if !isNew {
		claimedAt = "(select min(claimed_at) from raw_lease where lease_code = {code:String} and owner = {owner:String})"
	}
	return l.warehouse.execute(ctx, `
		insert into raw_lease (lease_code, owner, description, claimed_at, expires_at, recorded_at)
		select {code:String}, {owner:String}, {description:String}, `+claimedAt+`,
			addMilliseconds(now64(6), {hold:Int64}), now64(6)`,
		clickhouse.Named("code", l.code), clickhouse.Named("owner", l.owner),
		clickhouse.Named("description", l.description), clickhouse.Named("hold", hold.Milliseconds()))
}

// renew extends the claim three times per lease time, so that two renewals may
// fail before it is lost.
func (l *Lease) renew() {
	tick := time.NewTicker(l.warehouse.leaseTime / 3)
	defer tick.Stop()
	valid := time.Now().Add(l.warehouse.leaseTime)
	for {
		select {
		case <-l.lost.Done():
			return
		case <-tick.C:
		}
		asked := time.Now()
		ctx, cancel := context.WithDeadline(l.lost, valid)
		err := l.write(ctx, l.warehouse.leaseTime, false)
		cancel()
		switch {
		case err == nil:
			valid = asked.Add(l.warehouse.leaseTime)
		case time.Now().After(valid):
			l.lose(fmt.Errorf("%w: %w", ErrLeaseLost, err))
			return
		}
	}
}

// Release gives the lease up.
func (l *Lease) Release(ctx context.Context) error {
	l.lose(context.Canceled)
	l.renewing.Wait()
	if err := l.write(ctx, 0, false); err != nil {
		return fmt.Errorf("release %s lease: %w", l.code, err)
	}
	return nil
}

// Lost is closed when the lease was lost or released.
func (l *Lease) Lost() <-chan struct{} { return l.lost.Done() }

// place identifies this run of this machine and this space of process numbers,
// where the system tells: there a process number says whether a claim is alive.
func place() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "/"
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return "/"
	}
	return strings.TrimSpace(string(boot)) + space + "/"
}

// isDead reports whether the process that made a claim is known to be gone.
func isDead(owner string) bool {
	here := place()
	rest, ok := strings.CutPrefix(owner, here)
	if !ok || here == "/" {
		return false
	}
	digits, _, _ := strings.Cut(rest, "/")
	process, err := strconv.Atoi(digits)
	return err == nil && errors.Is(syscall.Kill(process, 0), syscall.ESRCH)
}

// describeSelf says for people who asks: host, process and user.
func describeSelf() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	name := "unknown user"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return fmt.Sprintf("%s, process %d, user %s", host, os.Getpid(), name)
}
