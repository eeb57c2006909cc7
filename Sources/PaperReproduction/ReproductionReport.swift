import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateReports
import MacrostateRuns
import MacrostateStorage
import ParticleSimulators

/// The tables and the page of a reproduction.
struct ReproductionReport {
  private let tables: [ReproducedTable]
  private let searches: [ValidationTable]
  private let figure4: DensityGridFigure?
  private let figure5: EnergyFigure?
  private let figure6: MixingFigure?
  private let questions: [RefereeQuestions]
  /// The charts that could not be drawn, and why.
  private let missing: [Notice]
  private let results: [RunResult]
  private let provenances: [Provenance]
  private let systems: [ReproducedSystem]
  private let settings: ReproductionSettings
  private let command: String

  init(
    _ plan: ReproductionPlan, finished: FinishedResults, settings: ReproductionSettings, command: String
  ) {
    tables = plan.experiments.filter { !$0.isOfReview }.compactMap {
      ReproducedTable($0, plan, results: finished.runs)
    }
    searches = plan.experiments.compactMap { ValidationTable($0, plan, results: finished.runs) }
    figure4 = DensityGridFigure(plan, results: finished.densities)
    // A figure needs more than results: what lacks for one must not keep the tables from being written.
    let runs = settings.folder.appendingPathComponent("runs")
    var missing: [Notice] = []
    func figure<Figure>(_ make: () throws -> Figure?) -> Figure? {
      do { return try make() } catch {
        missing.append(Notice(.missing, "A figure is left out: \(error)"))
        return nil
      }
    }
    figure5 = figure { try EnergyFigure(plan, results: finished.runs, runs: runs) }
    figure6 = figure { try MixingFigure(plan, results: finished.runs, runs: runs) }
    if figure6?.hasData == false {
      missing.append(Notice(.missing, "Fig. 6 has no snapshots: its data set is gone or cannot be read."))
    }
    self.missing = missing
    questions = plan.experiments.compactMap { RefereeQuestions($0, plan, results: finished.runs) }
    results = plan.runs.compactMap { finished.runs[$0.hash] }
    provenances = results.map(\.provenance) + plan.runs.compactMap { finished.densities[$0.hash]?.provenance }
    systems = ReproducedSystem.allCases.filter { system in plan.runs.contains { $0.system == system } }
    self.settings = settings
    self.command = command
  }

  /// Writes the tables and `report.html`; returns them as Markdown and where the page is.
  func write() throws -> Reproduction.Outcome {
    for table in tables { try table.write(to: settings.folder) }
    for search in searches { try search.write(to: settings.folder) }
    try figure4?.write(to: settings.folder)
    try figure5?.write(to: settings.folder)
    try figure6?.write(to: settings.folder)
    for answers in questions { try answers.write(to: settings.folder) }
    return Reproduction.Outcome(
      tables: tables.map(\.markdown) + searches.map(\.markdown)
        + [figure4?.markdown].compactMap(\.self)
        + questions.map(\.objectives.markdown),
      report: try report.write(to: settings.folder))
  }

  private var report: Report {
    Report(
      title: "The paper, made again",
      subtitle: "Scale \(settings.scale.rawValue), \(sizes), \(settings.seeds) training seeds",
      command: command, notices: notices,
      sections: tables.map(section) + searches.map(\.section) + figureSections + [
        ReportSection("Runs", [.table(runTable), .keyValues(provenance)])
      ])
  }

  /// The amount of data of the runs.
  private var sizes: String {
    systems.map { system in
      "\(system.label): \(settings.trajectories(system)) trajectories to learn from, tests of "
        + "\(settings.testTrajectories(system))"
    }.joined(separator: "; ")
  }

  private var notices: [Notice] {
    let short = "Short trainings on little data: this shows the order of things, not the paper's numbers."
    return (settings.scale == .paper ? [] : [Notice(.information, short)]) + missing
  }

  private func section(_ table: ReproducedTable) -> ReportSection {
    let tables = [table.table, table.differenceTable].compactMap(\.self).map(ReportBlock.table)
    return ReportSection(table.experiment.title, [.figure(table.chart)] + tables)
  }

  private var figureSections: [ReportSection] {
    let sections: [(Experiment, [ReportBlock]?)] = [
      (.figure4, figure4?.blocks), (.figure5, figure5?.blocks), (.figure6, figure6?.blocks),
    ]
    return sections.compactMap { experiment, blocks in blocks.map { ReportSection(experiment.title, $0) } }
      + questions.map { ReportSection($0.title, $0.blocks) }
  }

  private var runTable: ReportTable {
    ReportTable(
      name: "runs", title: "Runs",
      columns: [
        "run", "in-dst", "diff-init", "diff-N", "without ẑ", "validation I", "validation II", "seconds", "date",
      ],
      rows: results.map { result in
        [.text(result.name)]
          + ReproducedTable.regimes.map { regime in
            result.regimes[regime.rawValue].map { .number($0.distribution?.discrepancy ?? $0.mean) } ?? .notAvailable
          }
          + [
            withoutClosure(result).map { .number($0) } ?? .notAvailable, .number(result.validation),
            .number(result.validationRollouts), .number(result.provenance.seconds.rounded()),
            .text(result.provenance.date),
          ]
      },
      note: "MRE of each run, MMD² of an SDE; without ẑ: the dynamics of the observables alone, in-dst. Validation "
        + "of stage I: the loss; of stage II: the MRE of rollouts of the validation trajectories, by which settings are "
        + "chosen (SDE: their −log N). Seconds: of the session that finished the run, without trainings that it took "
        + "from another run.")
  }

  private func withoutClosure(_ result: RunResult) -> Double? {
    let regime = result.regimes[Regime.inDistribution.rawValue]
    return regime?.distribution.map(\.withoutClosure) ?? regime?.withoutClosure
  }

  private var provenance: KeyValues {
    KeyValues(
      "Provenance",
      [
        .init("program", "macrostate \(ProgramVersion.current)"),
        .init("seeds", (0..<settings.seeds).map(String.init).joined(separator: ", ")),
        .init("seed of the data", String(settings.dataSeed)),
        .init("changed settings", settings.assignments.isEmpty ? "none" : settings.assignments.joined(separator: " ")),
        .init("threads", String(WorkerPool.threadCount(settings.threads))),
        .init("instruction set", Kernels.best.instructionSet.rawValue),
        .init("seconds of the sessions that finished the runs", String(Int(provenances.reduce(0) { $0 + $1.seconds }))),
      ])
  }
}
