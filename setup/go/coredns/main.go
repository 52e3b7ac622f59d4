// Command coredns is CoreDNS with the plugins of a cluster's own DNS alone.
//
// CoreDNS' own main package names fifty plugins, those of three clouds among them, and their SDKs take more time to compile than all
// the rest. A Corefile with any other directive ends the program with "Unknown directive". The order of requests through the plugins
// is CoreDNS' own, whatever the order here.
package main

import (
	// The plugins of kubeadm's Corefile.
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/loop"
	_ "github.com/coredns/coredns/plugin/metrics" // The directive is called prometheus.
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"

	// minikube adds these: host.minikube.internal, and a line for each request.
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/log"

	"github.com/coredns/coredns/coremain"
)

func main() {
	coremain.Run()
}
