module online-inference/setup/go/oci-shim

go 1.26
