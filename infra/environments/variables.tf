variable "project_id" {
  description = "The Google Cloud project that everything is in."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Where functions, cache, schedules and sources are."
  type        = string
  nullable    = false
}

variable "firestore_location" {
  description = "A region or multi-region of Firestore, near the functions. It can never be changed."
  type        = string
  nullable    = false
}

variable "bigquery_location" {
  description = "Where the archive of events is. It can never be changed."
  type        = string
  nullable    = false
}

variable "auth_issuer" {
  description = "Issuer of the bearer tokens, as in their claim iss."
  type        = string
  nullable    = false
}

variable "auth_audience" {
  description = "Audience of the bearer tokens, as in their claim aud."
  type        = string
  nullable    = false
}

variable "auth_jwks_url" {
  description = "Where the keys are that bearer tokens are checked with."
  type        = string
  nullable    = false
}

variable "oidc_client_id" {
  description = "The dashboard's client at the issuer, for people to sign in; empty where they only come through Identity-Aware Proxy."
  type        = string
  default     = ""
  nullable    = false
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
}

variable "image_origins" {
  description = "Where pages may load product pictures from, such as https://cdn.example.com."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "customer_api_endpoint" {
  description = "Where customers are looked up until config/customerLookup says otherwise; empty for nowhere."
  type        = string
  default     = ""
  nullable    = false
}

variable "customer_api_origins" {
  description = "Where customers may be looked up besides the origin of customer_api_endpoint: `stores` are the stores that an origin serves, left out for all."
  type        = list(object({ origin = string, stores = optional(list(string)) }))
  default     = []
  nullable    = false
}

variable "default_timezone" {
  description = "IANA time zone of stores that nobody set up."
  type        = string
  default     = "UTC"
  nullable    = false
}

variable "secret_versions" {
  description = "Versions of the secrets that functions are given: {environment variable: number}. One that is not named is not given."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "domain" {
  description = "Name at which browsers, tills and payment providers reach the functions, through a load balancer; empty for the functions' own run.app addresses."
  type        = string
  default     = ""
  nullable    = false
}

variable "public_functions" {
  description = "HTTP functions that anybody may call; they check tokens or signatures themselves."
  type        = set(string)
  default     = ["dashboard", "graphql", "payments"]
  nullable    = false
}

variable "callers" {
  description = "Who may call an HTTP function that is not public, besides operators: {function: members}, such as the tills' service accounts."
  type        = map(set(string))
  default     = {}
  nullable    = false
}

variable "iap_members" {
  description = "Who passes Identity-Aware Proxy to the dashboard, such as group:shop@example.com; empty for no proxy before it."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "default_max_instances" {
  description = "Instances at most of functions that main.tf does not name. `make preflight` says whether the project may have as many."
  type        = number
  default     = 10
  nullable    = false
}

variable "trace_share" {
  description = "Which share of traces is recorded, from an event's publication to its commit and the cache; 0 for none."
  type        = number
  default     = 0
  nullable    = false
}

variable "kms_key" {
  description = "Key of Cloud KMS for everything that is kept but logs, in the region of everything; empty for Google's keys."
  type        = string
  default     = ""
  nullable    = false
}

variable "hold_traffic" {
  description = "Whether new revisions get no traffic until `make shift` gives it to them in steps. Not for a first deploy."
  type        = bool
  default     = false
  nullable    = false
}

variable "operators" {
  description = "Who may call the HTTP functions that are not public, such as group:ops@example.com."
  type        = set(string)
  default     = []
  nullable    = false
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
}

variable "alert_emails" {
  description = "Who is written to when something is wrong."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "billing_account" {
  description = "Billing account for the budget, such as 000000-000000-000000; empty for no budget."
  type        = string
  default     = ""
  nullable    = false
}

variable "monthly_budget" {
  description = "Costs of a month that are warned of at 50, 90 and 100 percent."
  type        = number
  default     = 100
  nullable    = false
}

variable "budget_currency" {
  description = "Currency of the billing account."
  type        = string
  default     = "USD"
  nullable    = false
}

variable "retention_days" {
  description = "How many days documents with personal data are kept."
  type = object({
    baskets      = optional(number)
    lookups      = optional(number)
    lookup_calls = optional(number)
    outbox       = optional(number)
  })
  default  = {}
  nullable = false
}
