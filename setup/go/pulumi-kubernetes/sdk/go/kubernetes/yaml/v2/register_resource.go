// Package v2 registers the objects of a manifest with the Pulumi engine.
package v2

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// RegisterResource registers one object as the resource "kubernetes:<group>/<version>:<kind>", whether its kind is
// built into Kubernetes or comes from a CustomResourceDefinition. The resource that it returns resolves to its URN and
// ID, by which a component names its children. It fails where the engine refuses the resource.
func RegisterResource(
	ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input, opts ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	var resource pulumi.CustomResourceState
	if err := ctx.RegisterResource(typeToken(apiVersion, kind), name, props, &resource, opts...); err != nil {
		return nil, err
	}
	return &resource, nil
}

// typeToken is the name by which Pulumi knows a kind; there the group without a name is called "core".
func typeToken(apiVersion, kind string) string {
	if apiVersion == "v1" {
		apiVersion = "core/v1"
	}
	return "kubernetes:" + apiVersion + ":" + kind
}
