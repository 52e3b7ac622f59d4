module online-inference/setup/go/pause

go 1.26
