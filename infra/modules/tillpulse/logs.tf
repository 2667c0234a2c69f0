# Cloud Run logs the whole address of each request, and addresses hold ids of stores and customers, which nobody
# could erase from logs. The functions' own line of each answer, "request answered", names the route instead. Lines
# of deliveries and schedules stay: their addresses hold no ids, and show what Pub/Sub was answered.
resource "google_logging_project_exclusion" "addresses" {
  project     = var.project_id
  name        = "tillpulse-addresses"
  description = "Requests of people and programs: their addresses hold ids"
  filter      = "resource.type=\"cloud_run_revision\" AND log_id(\"run.googleapis.com/requests\") AND resource.labels.service_name=(${join(" OR ", formatlist("\"%s\"", keys(local.served)))})"

  depends_on = [google_project_service.required]
}

# The load balancer's lines hold whole addresses, too. What Cloud Armor refused is kept: it shows who attacks.
resource "google_logging_project_exclusion" "balancer" {
  project     = var.project_id
  name        = "tillpulse-balancer"
  description = "Requests that came through the load balancer: their addresses hold ids"
  filter      = "resource.type=\"http_load_balancer\" AND NOT jsonPayload.enforcedSecurityPolicy.outcome=\"DENY\""

  depends_on = [google_project_service.required]
}
