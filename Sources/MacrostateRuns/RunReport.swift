import Foundation
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateReports
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates

/// The report of an evaluated run: what was run, its data, how it trained, what it predicts, and how well.
public struct RunReport {
  private let folder: RunFolder
  private let configuration: RunConfiguration
  private let result: EvaluationResult
  private let model: TrainedModel
  private let provenance: Provenance

  /// The report of the run in `folder`.
  ///
  /// - Throws: `MacrostateError(.missingInput)` where the run was not trained or evaluated yet.
  public init(_ folder: RunFolder) throws {
    self.folder = folder
    try folder.requireRun()
    guard FileManager.default.fileExists(atPath: folder.evaluation.path) else {
      throw MacrostateError(
        .missingInput, "\(folder.url.path): not evaluated yet; run `macrostate evaluate \(folder.url.relativePath)`")
    }
    configuration = try folder.settings()
    result = try EvaluationResult(
      contentsOf: folder.evaluation, remedy: "run `macrostate evaluate \(folder.url.relativePath)` again")
    model = try TrainedModel(of: folder)
    provenance = try JSONFile.read(
      Provenance.self, from: folder.provenance,
      remedy: "run `macrostate train` of this run again, which writes it anew")
  }

  /// Writes `report.html`, its figures and its tables; returns where the page is.
  @discardableResult
  public func write() throws -> URL { try folder.owned { try report().write(to: $0.url) } }

  /// The content of the page.
  public func report() throws -> Report {
    let names = ErrorTable.ordered(result)
    let observables = model.description.observables.map(\.name).joined(separator: ", ")
    return Report(
      title: "Macroscopic dynamics of \(folder.url.lastPathComponent)",
      subtitle: "\(model.description.closure.closureDimension) closure variables and "
        + model.description.dynamics.part.dynamics.title
        + (observables.isEmpty ? ", without observables" : " that predict \(observables)"),
      command: provenance.command, keyFigures: names.prefix(4).map(keyFigure),
      notices: result.warnings.map { Notice(.warning, $0) },
      sections: [
        ReportSection("Predictions", try predictions(names)),
        ReportSection("Distributions of runs", DistributionSection(result: result, axisLabel: axisLabel).blocks),
        ReportSection("Errors", [.table(ErrorTable(result).reportTable)]),
        ReportSection("Learned density", densities()),
        ReportSection("Training", try curves()),
        ReportSection(
          "Order of the particles", [.text(permutationText), .table(permutationTable)] + permutationCurves),
        ReportSection("What ẑ retains", result.probes.map { [.table(ProbeTable($0).reportTable)] } ?? []),
        ReportSection("Data", try dataSummary()),
        ReportSection("Settings and provenance", settings()),
      ].filter { !$0.blocks.isEmpty })
  }

  private func keyFigure(_ name: String) -> KeyFigure {
    let regime = result.regimes[name]
    if let obstacle = result.notApplicable[name] { return KeyFigure(name, value: "N/A", detail: obstacle) }
    if let stochastic = regime?.stochastic, let discrepancy = stochastic.discrepancy {
      let floor = stochastic.twinFloor.map { "floor \(NumberText.short($0.meanPublished)) · " } ?? ""
      let covered = NumberText.whole(100 * stochastic.meanCoverage(0.9))
      return KeyFigure(
        name, value: NumberText.short(discrepancy.meanPublished),
        detail: "MMD² over \(countText(regime?.trajectories ?? 0)) · \(floor)90 % bands hold \(covered) %")
    }
    let without = regime?.withoutClosure.map { " · \(NumberText.short($0.mean)) without ẑ" } ?? ""
    return KeyFigure(
      name, value: NumberText.short(regime?.scaled.mean ?? .nan),
      detail: "MRE over \(countText(regime?.trajectories ?? 0))\(without)")
  }

  private func countText(_ count: Int) -> String {
    count == 1 ? "1 trajectory" : "\(NumberText.grouped(count)) trajectories"
  }

  // MARK: Sections

  private func predictions(_ names: [String]) throws -> [ReportBlock] {
    var blocks: [ReportBlock] = [
      .text(
        "Each prediction starts from the particles of the first frame alone: they are encoded once, and the macrostate "
          + "is rolled out. The band is "
          + (model.ensemble.isStochastic
            ? "that of 90 % of the predicted paths."
            : "the range of an ensemble of \(model.description.members) models."))
    ]
    for name in names {
      guard let regime = result.regimes[name] else { continue }
      for (observable, examples) in Dictionary(grouping: regime.examples, by: \.observable).sorted(by: {
        $0.key < $1.key
      }) {
        blocks.append(
          .figure(
            BandChart(
              name: "prediction-\(name)-\(observable)", title: "\(name): \(observable)",
              caption: "True and predicted \(observable) of the first test trajectories.", xAxis: ChartAxis("time"),
              yAxis: ChartAxis(axisLabel(observable)), panels: examples.map(panel))))
      }
    }
    return blocks
  }

  private func panel(_ example: ForecastExample) -> BandChart.Panel {
    BandChart.Panel(
      title: "trajectory \(example.trajectory)", note: "MRE \(NumberText.short(example.scaledError))",
      time: example.times, mean: example.mean, truth: example.truth,
      band: .init(lower: example.lower, upper: example.upper))
  }

  private func axisLabel(_ observable: String) -> String {
    let unit = model.description.observables.first { $0.name == observable }?.unit ?? "1"
    return unit == "1" ? observable : "\(observable) (\(unit))"
  }

  private func densities() -> [ReportBlock] {
    guard !result.densities.isEmpty else { return [] }
    let dimension = model.description.closure.dimension
    // The species of a frame follow one another.
    let frames = result.densities.reduce(into: [[DensitySnapshot]]()) { frames, snapshot in
      if let last = frames.last?.last, last.frame == snapshot.frame, last.title == snapshot.title {
        frames[frames.count - 1].append(snapshot)
      } else {
        frames.append([snapshot])
      }
    }.map { DensityFigure.Frame(title: $0[0].title, groups: $0.map(group)) }
    return [
      .text(
        "The density that the decoder gives for the closure variables of a frame, beside that frame's particles. On "
          + "validation frames \(result.closureScoreName) = \(NumberText.short(result.closureScore)), where KL is the "
          + "divergence of the smoothed particles from it in nats (it does not tend to 0: compare it between models)."),
      .figure(
        DensityFigure(
          name: "density", title: "Particles and learned density", caption: offsetCaption, dimension: dimension,
          frames: frames)),
    ]
  }

  /// The words on the point that the figure's coordinates are relative to; empty for the data's own.
  private var offsetCaption: String {
    guard let offset = model.description.positionOffset else { return "" }
    return "Positions are relative to (\(offset.map { "\($0)" }.joined(separator: ", ")))."
  }

  private func group(_ snapshot: DensitySnapshot) -> DensityFigure.Group {
    DensityFigure.Group(
      name: snapshot.species ?? "", x: snapshot.points.map { $0[0] },
      y: snapshot.dimension > 1 ? snapshot.points.map { $0[1] } : [],
      density: DensityGrid(
        values: snapshot.values, columns: snapshot.gridCounts[0],
        rows: snapshot.gridCounts.count > 1 ? snapshot.gridCounts[1] : 1, x: extent(snapshot.ranges, 0),
        y: extent(snapshot.ranges, 1)))
  }

  private func extent(_ ranges: [[Double]], _ axis: Int) -> ClosedRange<Double> {
    ranges.indices.contains(axis) ? ranges[axis][0]...ranges[axis][1] : 0...1
  }

  private func curves() throws -> [ReportBlock] {
    let lines = try folder.metricsLines()
    let closure = lines.filter { $0.training == .closure }
    let others = lines.filter { $0.training != .closure }
    func series(_ name: String, _ lines: [MetricsLine], _ value: (MetricsLine) -> Double?) -> LineChart.Series {
      let points = lines.compactMap { line in value(line).map { (Double(line.step), $0) } }
      return LineChart.Series(name, x: points.map(\.0), y: points.map(\.1))
    }
    let names = others.map(\.training).reduce(into: [TrainingName]()) { if !$0.contains($1) { $0.append($1) } }
    return [
      .figure(
        LineChart(
          name: "training-closure", title: "Stage I: closure variables",
          caption: model.closure.score.explanation, xAxis: ChartAxis("step"),
          yAxis: ChartAxis(result.closureScoreName),
          series: [
            series("training", closure, \.loss), series("validation", closure, \.validation),
          ])),
      .figure(
        LineChart(
          name: "training-dynamics", title: "Stage II: validation error of the dynamics",
          caption: model.ensemble.isStochastic
            ? "Negative log-likelihood of the validation trajectories' steps."
            : "Mean scaled MRE of rollouts of the validation trajectories.",
          xAxis: ChartAxis("step"),
          // A likelihood may be on either side of 1.
          yAxis: model.ensemble.isStochastic
            ? ChartAxis("−log N (nats a step)") : ChartAxis("validation error", scale: .logarithmic),
          series: names.map { name in series(name.rawValue, others.filter { $0.training == name }, \.validation) })),
    ]
  }

  private var permutationText: String {
    if model.closure.needs.order != .irrelevant {
      return "The points of \(result.permutation.sets) test configurations were shuffled. The encoder depends on their "
        + "order: \(result.permutation.identical) gave the same bits, and ẑ changed by up to "
        + "\(NumberText.short(result.permutation.largestUnorderedChange)) of its spread."
    }
    return "The points of \(result.permutation.sets) test configurations were shuffled. Put into lexicographic order "
      + "before encoding, \(result.permutation.identical) of \(result.permutation.sets) gave the same bits; left as they come, "
      + "ẑ changed by at most \(NumberText.short(result.permutation.largestUnorderedChange)) of its spread, by rounding."
  }

  private var permutationTable: ReportTable {
    ReportTable(
      name: "permutation", title: "Permutation check", columns: ["configurations", "identical bits", "largest change"],
      rows: [
        [
          .integer(result.permutation.sets), .integer(result.permutation.identical),
          .number(result.permutation.largestUnorderedChange),
        ]
      ], note: "The change is that of unordered points, in units of the spread of ẑ.")
  }

  private var permutationCurves: [ReportBlock] {
    guard let curves = result.permutationCurves else { return [] }
    let truth = curves.truth.map { [LineChart.Series("true", x: curves.times, y: $0)] } ?? []
    let predicted = ([curves.stored] + curves.permuted).enumerated().map { i, values in
      LineChart.Series(i == 0 ? "stored order" : "permutation \(i)", x: curves.times, y: values)
    }
    return [
      .figure(
        LineChart(
          name: "permutations", title: "Predictions from permutations of one start",
          caption: "Trajectory \(curves.trajectory). "
            + (curves.coincide
              ? "All predictions have the same bits."
              : "Predictions differ by up to \(NumberText.short(curves.largestDifference))."),
          xAxis: ChartAxis("time"), yAxis: ChartAxis(axisLabel(curves.observable)), series: truth + predicted))
    ]
  }

  private func dataSummary() throws -> [ReportBlock] {
    var rows: [[ReportTable.Cell]] = []
    var sets = [("training", configuration.data.training)]
    sets += configuration.data.tests.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    for (name, path) in sets {
      let dataset: Dataset
      do {
        dataset = try Dataset.open(URL(fileURLWithPath: path))
      } catch let error as MacrostateError {
        let problem = error.kind == .missingInput ? "\(path): not there any more" : error.message
        rows.append([.text(name), .notAvailable, .notAvailable, .notAvailable, .text(problem)])
        continue
      }
      rows.append([
        .text(name), .integer(dataset.trajectoryCount), .integer(dataset.frameCount), .integer(dataset.pointCount),
        .text(dataset.description.generator.name),
      ])
    }
    return [
      .table(
        ReportTable(
          name: "data", title: "Data", columns: ["data set", "trajectories", "frames", "points", "made by"], rows: rows)
      )
    ]
  }

  private func settings() -> [ReportBlock] {
    [
      .keyValues(KeyValues("Settings", configuration.chosenValues.map { KeyValues.Entry($0, $1) })),
      .keyValues(
        KeyValues(
          "Provenance",
          [
            .init("program", "macrostate \(provenance.programVersion)"), .init("date", provenance.date),
            .init("seed", String(provenance.seed)), .init("threads", String(provenance.threads)),
            .init("instruction set", provenance.instructionSet.rawValue),
            .init("machine", "\(provenance.cores) cores, \(provenance.system)"),
            .init("time", "\(NumberText.whole(provenance.seconds)) s"),
          ])),
    ]
  }
}
