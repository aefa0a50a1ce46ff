/* The offline verb `audit verify`: what is stored against the roots of days
 * (domain/audit_check.h). */
#pragma once

int verb_audit(int argc, char **argv);
