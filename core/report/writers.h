// SPDX-License-Identifier: Apache-2.0
// The writers behind the rows of report_writers().
#ifndef DISCERN_REPORT_WRITERS_H
#define DISCERN_REPORT_WRITERS_H

#include <iosfwd>

#include "discern/report.h"

namespace discern {

void write_report_json(const Examination& examination, std::ostream& out);
void write_report_pdf(const Examination& examination, std::ostream& out);
void write_report_page(const Examination& examination, std::ostream& out);
void write_verify_script(const Examination& examination, std::ostream& out);
void write_dfxml(const Examination& examination, std::ostream& out);
void write_case_jsonld(const Examination& examination, std::ostream& out);
void write_declaration(const Examination& examination, std::ostream& out);
void write_hashes_csv(const Examination& examination, std::ostream& out);

}  // namespace discern

#endif
