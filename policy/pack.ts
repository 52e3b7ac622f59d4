import { PolicyPack } from "@pulumi/policy";
import { policyOf } from "./policies.ts";
import { rules } from "./rules.ts";

// Serves the rules to Pulumi's engine: `pulumi preview --policy-pack policy`.
new PolicyPack("online-inference", { policies: rules.map(policyOf), enforcementLevel: "mandatory" });
