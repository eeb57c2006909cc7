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
  /// This report as it is written: file names unique and safe, long curves thinned.
  var prepared: Report {
    var figures = NameRegister()
    var tables = NameRegister()
    var report = self
    for section in report.sections.indices {
      for block in report.sections[section].blocks.indices {
        switch report.sections[section].blocks[block] {
        case .table(var table):
          table.name = tables.claim(table.name)
          report.sections[section].blocks[block] = .table(table)
        case .lines(let long):
          var chart = long.thinned
          chart.name = figures.claim(chart.name)
          report.sections[section].blocks[block] = .lines(chart)
        case .bands(var chart):
          chart.name = figures.claim(chart.name)
          report.sections[section].blocks[block] = .bands(chart)
        case .ensembles(var chart):
          chart.name = figures.claim(chart.name)
          report.sections[section].blocks[block] = .ensembles(chart)
        case .densities(var figure):
          figure.name = figures.claim(figure.name)
          report.sections[section].blocks[block] = .densities(figure)
        case .snapshots(var figure):
          figure.name = figures.claim(figure.name)
          report.sections[section].blocks[block] = .snapshots(figure)
        case .points(var chart):
          chart.name = figures.claim(chart.name)
          report.sections[section].blocks[block] = .points(chart)
        case .curves(var chart):
          chart.name = figures.claim(chart.name)
          report.sections[section].blocks[block] = .curves(chart)
        case .text, .notice, .keyValues: break
        }
      }
    }
    return report
  }
}

extension ReportBlock {
  /// The figure of a block that is one.
  var figure: Figure? {
    switch self {
    case .lines(let chart): chart.figure
    case .bands(let chart): chart.figure
    case .ensembles(let chart): chart.figure
    case .densities(let figure): figure.figure
    case .snapshots(let figure): figure.figure
    case .points(let chart): chart.figure
    case .curves(let chart): chart.figure
    case .text, .notice, .keyValues, .table: nil
    }
  }
}
