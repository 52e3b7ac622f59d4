import { PolicyPack } from "@pulumi/policy";
import { policyOf } from "./policies.ts";
import { rules } from "./rules.ts";

// Pulumi's engine runs this file and gets the rules from it: `pulumi preview --policy-pack policy`.
new PolicyPack("online-inference", { policies: rules.map(policyOf), enforcementLevel: "mandatory" });
