package host

import (
	"fmt"
	"strconv"
	"strings"
)

// FeedToken is a token of the change feed: the epoch tells one database from another (or from an earlier state of itself
// that was put back), and seq numbers its writes, which never go back.
func FeedToken(epoch string, seq int64) string { return fmt.Sprintf("%s.%d", epoch, seq) }

// FeedSequence is the number in a token of this epoch; false for a token that is none.
func FeedSequence(epoch, token string) (int64, bool) {
	number, ok := strings.CutPrefix(token, epoch+".")
	if !ok {
		return 0, false
	}
	seq, err := strconv.ParseInt(number, 10, 64)
	return seq, err == nil && seq >= 0
}
