import Foundation
import MacrostateEvaluation
import MacrostateReports
import MacrostateStorage

/// The questions of the paper's public review, answered for every method: does the order of the points matter, is it the
/// objective or the invariance that helps, and what does ẑ retain.
struct RefereeQuestions {
  private let experiment: Experiment
  /// The methods that have results, with those of each seed.
  private let methods: [(method: Method, results: [RunResult])]
  /// The errors by objective.
  let objectives: ReproducedTable

  /// The answers; nil where a run of an objective is missing. A method without any run is left out.
  init?(_ experiment: Experiment, _ plan: ReproductionPlan, results: [String: RunResult]) {
    guard experiment.isOfReview, let objectives = ReproducedTable(experiment, plan, results: results) else {
      return nil
    }
    self.experiment = experiment
    self.objectives = objectives
    methods = zip(experiment.methods, plan.hashes(experiment)).map {
      (method: $0, results: $1.compactMap { results[$0] })
    }.filter { !$0.results.isEmpty }
  }

  /// The head of its section.
  var title: String { experiment.title }

  /// The changes by shuffling the points of a set.
  var permutations: ReportTable {
    ReportTable(
      name: "\(experiment.rawValue)-permutation", title: "Does the order of the points matter?",
      columns: ["method", "sets", "same bits", "largest change of ẑ", "largest change of a prediction", "seeds"],
      rows: methods.map { method, results in
        [
          .text(method.label), .integer(results.reduce(0) { $0 + $1.shuffledSets }),
          .integer(results.reduce(0) { $0 + $1.identicalSets }),
          results.map(\.largestChange).max().map { .number($0) } ?? .notAvailable,
          results.compactMap(\.largestCurveDifference).max().map { .number($0) } ?? .notAvailable,
          .integer(results.count),
        ]
      },
      note: "Shuffled sets over all seeds, those whose ẑ kept its bits, the largest change of ẑ in units of its spread "
        + "where points are left unsorted, and of the observables predicted from three permutations of one start.")
  }

  /// The statistics that can be read linearly from ẑ.
  var probes: ReportTable {
    // The observables are the same for all.
    let alone = methods.first { method in method.results.contains { $0.probes != nil } }?.results ?? []
    let sources =
      methods.filter { !$0.method.sharesEncoder }
      .map { (label: $0.method.label, probes: $0.results.map { $0.probes ?? [] }, source: Source.closure) }
      + [(label: "observables alone", probes: alone.map { $0.probes ?? [] }, source: Source.observables)]
    let statistics = alone.compactMap(\.probes).first?.map(\.statistic) ?? []
    return ReportTable(
      name: "\(experiment.rawValue)-probes", title: "What can be read linearly from ẑ?",
      columns: ["read from", "statistic", "R2 mean", "spread", "seeds"],
      rows: sources.flatMap { source in
        statistics.map { statistic in
          let values = source.probes.compactMap { probes in
            probes.first { $0.statistic == statistic }.flatMap {
              source.source == .closure ? $0.closure : $0.observables
            }
          }
          let value = ReproducedTable.Value(values)
          return [
            .text(source.label), .text(statistic), values.isEmpty ? .notAvailable : .number(value.mean),
            value.spread.map { .number($0) } ?? .empty, .integer(values.count),
          ]
        }
      },
      note:
        "R² on frames of in-dst of ridge regressions fitted on training frames, of all targets of a kind together; "
        + "mean and standard deviation over seeds.")
  }

  private enum Source { case closure, observables }

  /// The part of the page.
  var blocks: [ReportBlock] {
    [.table(permutations), .figure(objectives.chart), .table(objectives.table)]
      + [objectives.differenceTable].compactMap { $0.map(ReportBlock.table) } + [.table(probes)]
  }

  /// Writes the tables into `folder`.
  func write(to folder: URL) throws {
    try objectives.write(to: folder)
    for table in [permutations, probes] {
      try AtomicFile.write(ReproducedTable.csv(table), to: folder.appendingPathComponent("\(table.name).csv"))
    }
  }
}
