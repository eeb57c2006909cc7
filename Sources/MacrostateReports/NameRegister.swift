/// Gives every figure and table of a report a file name of its own.
struct NameRegister {
  private var taken: Set<String> = []

  /// `name` as a file name, with a number behind it where it is taken.
  mutating func claim(_ name: String) -> String {
    let base = HTMLText.slug(name)
    var candidate = base
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(base)-\(number)"
      number += 1
    }
    return candidate
  }
}

extension Report {
  /// This report with file names that are unique and safe.
  var named: Report {
    var figures = NameRegister()
    var tables = NameRegister()
    var report = self
    for section in report.sections.indices {
      for (number, block) in report.sections[section].blocks.enumerated() {
        switch block {
        case .table(var table):
          table.name = tables.claim(table.name)
          report.sections[section].blocks[number] = .table(table)
        case .figure(var figure):
          figure.name = figures.claim(figure.name)
          report.sections[section].blocks[number] = .figure(figure)
        case .text, .notice, .keyValues: break
        }
      }
    }
    return report
  }

  /// All figures.
  var figures: [Figure] {
    sections.flatMap(\.blocks).compactMap { if case .figure(let chart) = $0 { chart.figure } else { nil } }
  }
}
