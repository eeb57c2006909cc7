import Foundation
import MacrostateReports
import MacrostateStorage

/// Settings compared on validation data: the error of rollouts of the validation trajectories, and how it differs from
/// that of the same method as it is, on the same seeds. Test data have no part in it.
struct ValidationTable {
  /// A setting of a method.
  private struct Entry {
    var method: String
    var setting: String
    var value: ReproducedTable.Value
    /// The error with the change minus that without, by seed; empty for the method as it is.
    var differences: [Double]
    var seeds: Int
  }

  private let experiment: Experiment
  private let entries: [Entry]

  /// The table of what is finished of a search; nil where nothing is, or `experiment` is none.
  init?(_ experiment: Experiment, _ plan: ReproductionPlan, results: [String: RunResult]) {
    guard experiment.isSearch else { return nil }
    self.experiment = experiment
    var base: [Double?] = []
    entries = zip(experiment.rows, plan.hashes(experiment)).compactMap { row, hashes in
      let errors = hashes.map { results[$0]?.validationRollouts }
      let isPlain = row.variation == .none
      if isPlain { base = errors }
      let finished = errors.compactMap { $0 }
      guard !finished.isEmpty else { return nil }
      return Entry(
        method: row.method.label, setting: isPlain ? "as it is" : row.label, value: .init(finished),
        differences: isPlain
          ? [] : zip(errors, base).compactMap { error, base in base.flatMap { b in error.map { $0 - b } } },
        seeds: finished.count)
    }
    guard !entries.isEmpty else { return nil }
  }

  private var table: ReportTable {
    ReportTable(
      name: experiment.tableName, title: experiment.title,
      columns: [
        "method", "setting", "mean", "spread", "seeds", "difference", "difference_spread", "seeds_lower",
      ],
      rows: entries.map { entry in
        let difference = entry.differences.isEmpty ? nil : ReproducedTable.Value(entry.differences)
        return [
          .text(entry.method), .text(entry.setting), .number(entry.value.mean),
          entry.value.spread.map { .number($0) } ?? .empty, .integer(entry.seeds),
          difference.map { .number($0.mean) } ?? .empty, difference?.spread.map { .number($0) } ?? .empty,
          difference == nil ? .empty : .integer(lower(entry)),
        ]
      },
      note:
        "MRE of rollouts of the validation trajectories, observables scaled to [−1, 1]; differences from the method "
        + "as it is, on the same seeds; seeds_lower: seeds with less error. The budget is that of a search: half the "
        + "steps and, at the paper's scale, 2000 training trajectories.")
  }

  private func lower(_ entry: Entry) -> Int { entry.differences.count { $0 < 0 } }

  /// The table for the terminal.
  var markdown: String {
    let heads = ["method", "setting", "validation MRE", "lower than as it is"]
    let rows = entries.map { entry in
      [
        entry.method, entry.setting,
        String(format: "%.2e", entry.value.mean) + (entry.value.spread.map { String(format: " ± %.1e", $0) } ?? ""),
        entry.differences.isEmpty ? "–" : "\(lower(entry)) of \(entry.differences.count) seeds",
      ]
    }
    let lines = [heads, heads.map { _ in "---" }] + rows
    return "**\(experiment.title)**\n\n"
      + lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n") + "\n"
  }

  /// The part of the page.
  var section: ReportSection { ReportSection(experiment.title, [.table(table)]) }

  /// Writes `tuning.csv` or `study.csv`, and the same as Markdown.
  func write(to folder: URL) throws {
    try AtomicFile.write(table.csv, to: folder.appendingPathComponent("\(experiment.tableName).csv"))
    try AtomicFile.write(markdown, to: folder.appendingPathComponent("\(experiment.tableName).md"))
  }
}
