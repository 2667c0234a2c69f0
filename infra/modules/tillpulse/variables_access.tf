# Who may do what.

variable "auth_issuer" {
  description = "Issuer of the bearer tokens, as in their claim iss."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.auth_issuer, "https://")
    error_message = "Expected an https address."
  }
}

variable "auth_audience" {
  description = "Audience of the bearer tokens, as in their claim aud."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.auth_audience) > 0
    error_message = "Expected an audience."
  }
}

variable "auth_jwks_url" {
  description = "Where the keys are that bearer tokens are checked with."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.auth_jwks_url, "https://")
    error_message = "Expected an https address."
  }
}

variable "oidc_client_id" {
  description = "The dashboard's client at the issuer, for people to sign in; empty where they only come through Identity-Aware Proxy."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[!-~]*$", var.oidc_client_id))
    error_message = "Expected the client's id, as the issuer shows it."
  }
}

variable "iap_audience" {
  description = "Audience of the header of Identity-Aware Proxy; empty where there is none before the functions."
  type        = string
  default     = ""
  nullable    = false
}

variable "iap_access" {
  description = "What people get whom Identity-Aware Proxy lets through: {e-mail address: {stores, roles}}; stores are a list of ids, or \"*\"."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for email, access in var.iap_access : can(regex("^[^@ ]+@[^@ ]+$", email)) && can(length(access.roles)) && (can(length(access.stores)) || access.stores == "*")])
    error_message = "Expected entries such as \"ana@example.com\" = { stores = [\"s-1\"], roles = [\"viewer\"] }."
  }
}

variable "iap_members" {
  description = "Who passes Identity-Aware Proxy to the dashboard, such as group:shop@example.com; empty for no proxy before it."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.iap_members) == 0 || var.domain != ""
    error_message = "Identity-Aware Proxy needs the load balancer: set domain too."
  }
}

variable "domain" {
  description = "Name at which browsers, tills and payment providers reach the functions, through a load balancer; empty for the functions' own run.app addresses."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.domain == "" || can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain))
    error_message = "Expected a name such as tillpulse.example.com, or nothing."
  }
}

variable "public_functions" {
  description = "HTTP functions that anybody may call; they check tokens or signatures themselves."
  type        = set(string)
  default     = ["dashboard", "graphql", "payments"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.public_functions, ["dashboard", "graphql", "payments"])) == 0
    error_message = "Expected none but dashboard, graphql and payments."
  }
}

variable "callers" {
  description = "Who may call an HTTP function that is not public, besides operators: {function: members}, such as the tills' service accounts."
  type        = map(set(string))
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.callers), ["dashboard", "graphql", "payments", "reconcile"])) == 0 && alltrue([for member in flatten([for members in values(var.callers) : tolist(members)]) : can(regex("^(user|group|serviceAccount|domain|principal|principalSet):.+", member))])
    error_message = "Expected functions that serve HTTP, and members such as serviceAccount:till@my-project.iam.gserviceaccount.com."
  }
}

variable "operators" {
  description = "Who may call the HTTP functions that are not public, such as group:ops@example.com."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.operators : can(regex("^(user|group|serviceAccount|domain|principal|principalSet):.+", member))])
    error_message = "Expected members such as group:ops@example.com."
  }
}

variable "tenant_publishers" {
  description = "Publishers who may speak for one store alone, on topics of their own: {name: store, IAM members, topics}; acme publishes to order-created.acme."
  type = map(object({
    store_id = string
    members  = set(string)
    topics   = optional(set(string), ["order-created", "order-status-changed", "customer-registered", "email-confirmed", "basket-started"])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.tenant_publishers) : can(regex("^[a-z][a-z0-9-]{0,39}$", name))])
    error_message = "Expected names of small letters, digits and hyphens."
  }
  validation {
    condition     = alltrue([for publisher in values(var.tenant_publishers) : length(publisher.store_id) > 0 && length(publisher.store_id) <= 200])
    error_message = "Expected a store_id of 1 to 200 characters for each publisher."
  }
  validation {
    condition = alltrue([
      for publisher in values(var.tenant_publishers) :
      length(setsubtract(publisher.topics, ["order-created", "order-status-changed", "customer-registered", "email-confirmed", "basket-started"])) == 0
    ])
    error_message = "Expected topics that shops publish to: order-created, order-status-changed, customer-registered, email-confirmed, basket-started."
  }
}

variable "secret_versions" {
  description = "Versions of the secrets that functions are given: {environment variable: number}. One that is not named is not given. What a payment provider's must look like: docs/EVENTS.md, \"Payment webhooks\"."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for version in values(var.secret_versions) : can(regex("^[1-9][0-9]*$", version))])
    error_message = "Expected numbers: with latest, instances would disagree, and a roll-back would not roll back."
  }
}
