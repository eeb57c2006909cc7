import Foundation
import MacrostateReports

/// A report like that of the interacting particles, from formulas: everything that a report can hold, and what is hard
/// to render (markup in texts, values that are not finite, long words).
enum SampleReport {
  static let hostileText = "</script><b>\"5 < 6\" & 'seven'</b>"

  static var report: Report {
    Report(
      title: "Interacting particles",
      subtitle: "Mean pair energy of 300 particles in the plane, predicted from their "
        + "first frame with 8 learned closure variables.", command: "macrostate demo --output runs/demo",
      keyFigures: [
        KeyFigure("MRE in-dst", value: NumberText.short(5.21e-5), detail: "31× below the same dynamics without ẑ"),
        KeyFigure("MRE diff-init", value: NumberText.short(4.38e-4), detail: "4× below"),
        KeyFigure("MRE diff-N", value: NumberText.short(6.02e-5), detail: "28× below"),
        KeyFigure("Whole job", value: "87 s", detail: "two cores, simulation included"),
      ],
      notices: [
        Notice(
          .warning,
          "39 of 200 starts of diff-init lie outside the range of the energy seen in training: "
            + "their predictions extrapolate.")
      ],
      sections: [
        ReportSection("What was run", [.keyValues(settings)]), ReportSection("Data", [.table(data)]),
        ReportSection("Training", [.figure(stageOne), .figure(stageTwo)]),
        ReportSection("Predictions", [prediction("in-dst", 0), prediction("diff-init", 2), prediction("diff-N", 4)]),
        ReportSection("Errors", [.table(errors)]), ReportSection("Learned densities", [.figure(maps)]),
        ReportSection("Distributions", [.figure(ensembles), .figure(mixture)]),
        ReportSection("Permutation check", [.text(permutationText), .table(permutation)]),
        ReportSection("Provenance", [.keyValues(provenance), .notice(Notice(.information, hostileText))]),
      ])
  }

  static let settings = KeyValues(
    "Settings",
    [
      .init("seed", "1"), .init("encoder.phi", "2-64-64-64"), .init("encoder.rho", "64-64-8"),
      .init("density.layers", "4"), .init("density.bins", "8"), .init("density.smoothing", "0.01"),
      .init("training.batch", "64 sets × 64 samples"), .init("training.steps", "8000"),
      .init("dynamics.drift", "128-128 tanh"), .init("dynamics.integrator", "Euler"),
    ])

  static let data = ReportTable(
    name: "data", title: "Trajectories",
    columns: ["regime", "trajectories", "frames", "particles", "time step", "mean energy at t = 0"],
    rows: [
      [.text("training"), .integer(800), .integer(301), .integer(300), .number(0.02), .number(0.5412)],
      [.text("validation"), .integer(200), .integer(301), .integer(300), .number(0.02), .number(0.5388)],
      [.text("in-dst"), .integer(200), .integer(301), .integer(300), .number(0.02), .number(0.5403)],
      [.text("diff-init"), .integer(200), .integer(301), .integer(300), .number(0.02), .number(0.6127)],
      [.text("diff-N"), .integer(200), .integer(301), .integer(400), .number(0.02), .number(0.5391)],
    ])

  static let errors = ReportTable(
    name: "errors", title: "Relative error of the predicted energy",
    columns: [
      "regime", "MRE mean", "median", "spread", "physical units", "relative to variance", "without ẑ",
      "persistence",
    ],
    rows: [
      [
        .text("in-dst"), .number(5.21e-5), .number(2.1e-5), .number(9.8e-5), .number(4.6e-5), .number(1.02e-3),
        .number(1.62e-3), .number(0.231),
      ],
      [
        .text("diff-init"), .number(4.38e-4), .number(1.9e-4), .number(8.1e-4), .number(3.9e-4), .number(7.7e-3),
        .number(1.81e-3), .number(0.318),
      ],
      [
        .text("diff-N"), .number(6.02e-5), .number(2.4e-5), .number(1.1e-4), .number(5.3e-5), .number(1.2e-3),
        .number(.infinity), .notAvailable,
      ],
    ],
    note: "MRE: mean over trajectories of Σ‖true − predicted‖² / Σ‖true‖², of the observable scaled to [−1, 1] by its "
      + "range over training and validation. Spread: standard deviation over trajectories.")

  static let permutationText =
    "Before encoding, points are put into lexicographic order, so shuffled inputs give the same bits."

  static let permutation = ReportTable(
    name: "permutation", title: "Ten shuffles of one trajectory",
    columns: ["encoding", "largest difference of ẑ"],
    rows: [[.text("ordered"), .number(0)], [.text("as given"), .number(3.6e-7)]])

  static let provenance = KeyValues(
    "",
    [
      .init("program", "macrostate 0.1.0"), .init("instruction set", "AVX-512"), .init("threads", "2"),
      .init("data set", String(repeating: "0123456789abcdef", count: 4)), .init("finished", "2026-07-01 12:00 UTC"),
    ])

  static var stageOne: LineChart {
    let steps = (0..<4000).map { Double($0 * 2) }
    let loss = steps.map { 2.3 + 1.9 * exp(-$0 / 900) + 0.08 * sin($0 * 12.9898) }
    let validation = stride(from: 0, through: 8000, by: 400).map(Double.init)
    return LineChart(
      name: "stage-one", title: "Stage I: encoder and density", caption: "Kullback–Leibler divergence in nats.",
      xAxis: ChartAxis("step"), yAxis: ChartAxis("KL [nats]", scale: .logarithmic),
      series: [
        .init("training loss", x: steps, y: loss),
        .init("validation KL", x: validation, y: validation.map { $0 == 0 ? .nan : 2.33 + 1.85 * exp(-$0 / 880) }),
      ])
  }

  static var stageTwo: LineChart {
    let steps = stride(from: 0, through: 30000, by: 100).map(Double.init)
    return LineChart(
      name: "stage-two", title: "Stage II: dynamics", xAxis: ChartAxis("step"),
      yAxis: ChartAxis("one-step loss", scale: .logarithmic),
      series: [
        .init("training", x: steps, y: steps.map { 2e-6 + 0.9 * exp(-$0 / 1500) }),
        .init("validation", x: steps, y: steps.map { 3e-6 + 0.9 * exp(-$0 / 1480) }),
      ])
  }

  static func prediction(_ regime: String, _ first: Int) -> ReportBlock {
    let time = (0..<301).map { Double($0) * 0.02 }
    let panels = (first..<first + 3).map { index in
      let start = 0.4 + 0.05 * Double(index)
      let truth = time.map { 0.2283 + (start - 0.2283) * exp(-$0 / (0.3 + 0.08 * Double(index))) }
      let mean = zip(time, truth).map { $1 + 0.006 * sin($0 * 2 + Double(index)) * exp(-$0 / 2) }
      let width = time.map { 0.012 * (1 - exp(-$0)) * exp(-$0 / 4) }
      return BandChart.Panel(
        title: "trajectory \(index * 13 + 4)", note: "MRE " + NumberText.short(3e-5 * Double(index + 1)), time: time,
        mean: mean, truth: truth,
        band: .init(
          lower: zip(mean, width).map { $0 - $1 }, upper: zip(mean, width).map { $0 + $1 }))
    }
    return .figure(
      BandChart(
        name: "energy-\(regime)", title: "Mean pair energy, \(regime)",
        caption: "The band holds the predictions of an ensemble of three.", xAxis: ChartAxis("time"),
        yAxis: ChartAxis("mean pair energy"), panels: panels))
  }

  static var maps: DensityFigure {
    let frames = [(0.0, 0.15), (0.5, 0.45), (6.0, 0.62)].map { time, radius in
      let angles = (0..<300).map { Double($0) * 2.39996 }
      let radii = (0..<300).map { radius * (0.8 + 0.4 * abs(sin(Double($0) * 78.233))) }
      let cells = 64
      let values = (0..<cells * cells).map { cell in
        let x = -1.2 + 2.4 * (Double(cell % cells) + 0.5) / Double(cells)
        let y = -1.2 + 2.4 * (Double(cell / cells) + 0.5) / Double(cells)
        return exp(-pow((hypot(x, y) - radius) / 0.12, 2) / 2) / (2 * .pi * radius * 0.12 * 2.507)
      }
      return DensityFigure.Frame(
        title: "t = \(time)", x: zip(radii, angles).map { $0 * cos($1) }, y: zip(radii, angles).map { $0 * sin($1) },
        density: DensityGrid(values: values, columns: cells, rows: cells, x: -1.2...1.2, y: -1.2...1.2))
    }
    return DensityFigure(
      name: "densities", title: "Particles and learned densities",
      caption: "Trajectory 4 of in-dst. Positions in the units of the simulation.", dimension: 2, frames: frames)
  }

  /// True and predicted runs of two observables in three cases.
  static var ensembles: EnsembleChart {
    let time = (0..<501).map { Double($0) * 0.4 }
    func quantiles(_ level: Double, _ width: Double) -> EnsembleChart.Quantiles {
      let middle = time.map { level * (1 - exp(-$0 / 60)) + 0.03 }
      func shifted(_ factor: Double) -> [Double] { zip(middle, time).map { $0 + factor * width * (1 - exp(-$1 / 20)) } }
      return .init(
        median: middle, lower50: shifted(-0.7), upper50: shifted(0.7), lower90: shifted(-1.6), upper90: shifted(1.6))
    }
    return EnsembleChart(
      name: "ensembles", title: "True and predicted runs", xAxis: ChartAxis("time"),
      observables: [ChartAxis("R_AB"), ChartAxis("R_BA")],
      cases: [0.5, 0.4, 0.3].enumerated().map { place, level in
        .init(
          title: "half_l = \(12 + 4 * place)", note: "100 true, 1600 predicted",
          panels: [level, 0.8 - level].map {
            .init(time: time, truth: quantiles($0, 0.04), prediction: quantiles($0 * 1.03, 0.05))
          })
      })
  }

  /// Two species in the plane, each with its density.
  static var mixture: DensityFigure {
    let frames = [0.0, 50].map { time in
      let groups = [-0.5, 0.5].enumerated().map { species, middle in
        let width = 0.25 + time / 200
        let points = (0..<220).map { i -> (Double, Double) in
          (sin(Double(i) * 12.9898 + middle), cos(Double(i) * 78.233 + middle))
        }
        let values = (0..<32 * 32).map { cell -> Double in
          let x = (Double(cell % 32) + 0.5) / 16 - 1
          let distance = (x - middle) / width
          return exp(-distance * distance / 2) / (5 * width)
        }
        return DensityFigure.Group(
          name: species == 0 ? "A" : "B", x: points.map { middle + width * $0.0 }, y: points.map { $0.1 },
          density: DensityGrid(values: values, columns: 32, rows: 32, x: -1.2...1.2, y: -1.2...1.2))
      }
      return DensityFigure.Frame(title: "t = \(time)", groups: groups)
    }
    return DensityFigure(name: "mixture", title: "Two species", dimension: 2, frames: frames)
  }

  static var curves: DensityFigure {
    let values = (0..<100).map { exp(-pow((Double($0) - 50) / 12, 2)) }
    return DensityFigure(
      name: "curve", title: "Density on a line", dimension: 1,
      frames: [
        .init(
          title: "set 1", x: (0..<200).map { sin(Double($0)) * 0.3 },
          density: DensityGrid(values: values, columns: 100, x: -1...1))
      ])
  }

  /// Two runs of two species, two frames each; the second frame of the last has one species alone.
  static var snapshots: SnapshotGrid {
    func group(_ name: String, _ count: Int, _ shift: Double) -> SnapshotGrid.Group {
      .init(
        name, x: (0..<count).map { 16 + 12 * cos(Double($0) + shift) },
        y: (0..<count).map { 16 + 12 * sin(2 * Double($0)) }
      )
    }
    func panel(_ half: Int, _ time: Int, _ counts: [Int]) -> SnapshotGrid.Panel {
      .init(
        title: "half_l = \(half)", note: "t = \(time)",
        groups: [group("A", counts[0], 0), group("B", counts[1], 1)])
    }
    return SnapshotGrid(
      name: "snapshots", title: "Snapshots of mixing", x: 0...32, y: 0...32,
      columns: [
        [panel(12, 0, [20, 30]), panel(12, 50, [20, 30])], [panel(20, 0, [40, 10]), panel(20, 50, [40, 0])],
      ])
  }
}
