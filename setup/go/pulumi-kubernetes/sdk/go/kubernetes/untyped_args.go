// Package kubernetes stands in for the generated Go SDK of Pulumi's Kubernetes provider.
//
// The provider imports that SDK for its component resources alone (yaml/v2 ConfigGroup and ConfigFile,
// helm/v4 Chart, kustomize/v2 Directory), to register each object of a manifest as a resource. One Go type for each
// kind of Kubernetes is most of a build of the provider, and no component reads a field of these types. These
// packages hold what the provider does use, and register every kind in the same way.
package kubernetes

import "reflect"

// UntypedArgs holds the inputs of a resource whose kind is known at run time only: one entry for each top-level
// field of the object.
type UntypedArgs map[string]any

// ElementType is what the inputs resolve to.
func (UntypedArgs) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]any]()
}
