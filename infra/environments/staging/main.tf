module "tillpulse" {
  source = "../../modules/tillpulse"

  project_id         = var.project_id
  region             = var.region
  firestore_location = var.firestore_location
  bigquery_location  = var.bigquery_location
  kms_key            = var.kms_key

  auth_issuer           = var.auth_issuer
  auth_audience         = var.auth_audience
  auth_jwks_url         = var.auth_jwks_url
  oidc_client_id        = var.oidc_client_id
  iap_audience          = var.iap_audience
  iap_access            = var.iap_access
  image_origins         = var.image_origins
  customer_api_endpoint = var.customer_api_endpoint
  customer_api_origins  = var.customer_api_origins
  default_timezone      = var.default_timezone
  schedule_timezone     = var.default_timezone

  domain           = var.domain
  public_functions = var.public_functions
  callers          = var.callers
  operators        = var.operators
  iap_members      = var.iap_members

  retention_days  = var.retention_days
  secret_versions = var.secret_versions
  alert_emails    = var.alert_emails
  trace_share     = var.trace_share
  billing_account = var.billing_account
  monthly_budget  = var.monthly_budget
  budget_currency = var.budget_currency

  tenant_publishers = var.tenant_publishers

  # Small, and `make destroy` takes all of it away, its data included.
  cache_node_type       = "SHARED_CORE_NANO"
  cache_replicas        = 0
  protect               = false
  weekly_backup_weeks   = 2
  default_max_instances = var.default_max_instances
  hold_traffic          = var.hold_traffic
}
