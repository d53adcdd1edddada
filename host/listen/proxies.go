package listen

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the addresses of the operator's own proxies.
type Proxies []netip.Prefix

var loopback = Proxies{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// ParseProxies reads addresses and networks such as "10.0.0.5" and "10.1.0.0/16".
func ParseProxies(list []string) (Proxies, error) {
	var all Proxies
	for _, s := range list {
		s = strings.TrimSpace(s)
		if s == "" {
			continue
		}
		if !strings.Contains(s, "/") {
			ip, err := netip.ParseAddr(s)
			if err != nil || ip.Zone() != "" {
				return nil, fmt.Errorf("%q is neither an IP address nor a network such as 10.1.0.0/16", s)
			}
			ip = ip.Unmap()
			all = append(all, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("%q is neither an IP address nor a network such as 10.1.0.0/16", s)
		}
		if p.Bits() == 0 {
			return nil, fmt.Errorf("%q is everybody: what anybody says of who is calling would be believed", s)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

func (p Proxies) hold(address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	ip = ip.Unmap().WithZone("")
	for _, one := range p {
		if one.Contains(ip) {
			return true
		}
	}
	return false
}

// ClientIP is who is calling: the other end of the connection, unless that is one of the proxies. Then it is the last
// address of X-Forwarded-For that is not a proxy of ours: each proxy adds, at the end, whom it was called by. What stands
// before it came from the caller and is not believed, nor is anything after which stands what is no address.
func (p Proxies) ClientIP(r *http.Request) string {
	caller := peer(r)
	if !p.hold(caller) {
		return caller
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		ip, err := netip.ParseAddr(hop)
		if err != nil { // some balancers write the port too
			var at netip.AddrPort
			at, err = netip.ParseAddrPort(hop)
			ip = at.Addr()
		}
		if err != nil {
			return caller
		}
		caller = ip.Unmap().WithZone("").String()
		if !p.hold(caller) {
			return caller
		}
	}
	return caller
}

// lastForwarded is the last address of X-Forwarded-For: the one that the proxy before this host added itself.
func lastForwarded(r *http.Request) string {
	values := r.Header.Values("X-Forwarded-For")
	if len(values) == 0 {
		return peer(r)
	}
	all := strings.Split(values[len(values)-1], ",")
	ip, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1]))
	if err != nil {
		return peer(r)
	}
	return ip.String()
}

func peer(r *http.Request) string {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}
