// Command pulumi-resource-kubernetes serves Pulumi's own Kubernetes provider.
//
// The provider's module carries no generated schema, so its own main package cannot be built from the
// module alone. The schema only matters for generating SDKs and for `pulumi package` commands; the engine
// never reads it while it deploys, so an empty one serves.
package main

import "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"

const version = "4.25.0"

func main() {
	provider.Serve("kubernetes", version, []byte(`{"name":"kubernetes","version":"`+version+`"}`), []byte(`{}`))
}
