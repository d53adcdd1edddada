package mail

import (
	"context"
	"net"

	smtp "github.com/wneessen/go-mail"
)

// At has a sender find its server at another address than its name says.
func At(s *Sender, address string) *Sender {
	moved := *s
	moved.options = append(append([]smtp.Option(nil), s.options...), smtp.WithDialContextFunc(func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}))
	return &moved
}
