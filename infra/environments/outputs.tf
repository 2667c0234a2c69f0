output "tillpulse" {
  description = "Addresses, topics and names; see the module's outputs."
  value       = module.tillpulse
}
