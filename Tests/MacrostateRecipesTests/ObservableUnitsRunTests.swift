import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Observables of any size and offset are learned alike.
@Suite struct ObservableUnitsRunTests {
  /// Predictions of the observables of trajectory 1 from its start, `[frames][k]`.
  private func prediction(_ tiny: TinyRun, _ model: TrainedModel) throws -> [[Double]] {
    let dataset = try Dataset.open(tiny.dataset)
    let encoding = MacrostateEncoding(model, dataset: dataset, compute: Compute(threads: 1))
    let start = try encoding.macrostates(ofFrames: [dataset.frames(ofTrajectory: 1).lowerBound], isOrdered: true)
    let forecast = try model.ensemble.forecast(
      starts: start, times: [(0..<6).map { 0.1 * Double($0) }], compute: Compute(threads: 1))
    return (0..<6).map { t in
      dataset.observables.indices.map { j in forecast.values(0, frame: t, j)[0] }
    }
  }

  private func tiny(_ measure: @escaping (Double) -> Double) throws -> TinyRun {
    try TinyRun(names: ["size", "constant"], measure: { [measure($0), 1e-9] })
  }

  @Test(arguments: [(1e8, 0.5), (0, 1e-30), (0, 1e39), (-7e12, 1024), (0, 8)], [false, true])
  func offsetsAndUnitsChangeNothing(unit: (offset: Double, factor: Double), joint: Bool) throws {
    var (predictions, scales): ([[[Double]]], [MacrostateScaling]) = ([], [])
    for measure in [{ $0 }, { unit.offset + unit.factor * $0 }] as [(Double) -> Double] {
      let tiny = try tiny(measure)
      var configuration = tiny.configuration
      if joint { configuration.closureTraining.objective = .dynamics }
      let model = try tiny.train("run", configuration)
      predictions.append(try prediction(tiny, model))
      scales.append(model.description.macrostateScaling)
      // All numbers of the description are finite, and it can be read again.
      #expect(try TrainedModel(tiny.folder("run").model).units == model.units)
    }
    for (plain, carried) in zip(predictions[0], predictions[1]) {
      #expect(plain[1] == 1e-9 && carried[1] == 1e-9, "a constant is predicted as it is")
      let back = (carried[0] - unit.offset) / unit.factor
      #expect(abs(back - plain[0]) < (unit.offset == 0 ? 1e-6 : 1e-5), "\(back) for \(plain[0])")
    }
    #expect(abs(scales[0].driftUnit[0] / scales[1].driftUnit[0] - 1) < 1e-5)
    // A power of two keeps every bit.
    if unit == (0, 8) { #expect(predictions[0].map { $0[0] * 8 } == predictions[1].map { $0[0] }) }
  }

  @Test func modelsOfTheLayoutBeforeAreReadWithObservablesAsTheyAre() throws {
    let tiny = try tiny { $0 }
    let model = try tiny.train("run", tiny.configuration)
    let folder = tiny.folder("run").model
    let url = folder.appendingPathComponent("model.json")
    var object = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    #expect(object["version"] as? Int == 6)
    object["version"] = 3
    // Parts were cases with their sizes.
    var closure = try #require(object["closure"] as? [String: Any])
    closure["encoder"] = ["deepSet": ["pointWidths": [8, 8], "setWidths": [8], "activation": "silu"]]
    closure["objective"] = [
      "density": [
        "smoothing": 0.2, "samples": 8,
        "flow": [
          "dimension": 2, "contextDimension": 2, "layers": 2, "widths": [8], "contextWidths": [Int](),
          "activation": "relu", "spline": ["bins": 4, "bound": 8],
        ],
      ] as [String: Any]
    ]
    object["closure"] = closure
    for (key, shape) in [
      ("dynamics", model.description.dynamics), ("withoutClosure", try #require(model.description.withoutClosure)),
    ] {
      object[key] = [
        "dimension": shape.dimension, "constantCount": shape.constantCount, "drift": "mlp", "widths": [8],
        "activation": "tanh",
        "integrator": "euler", "diffusion": "none", "diffusionWidths": [8],
      ]
    }
    // Its other entries tell what the components of z are.
    #expect(object.removeValue(forKey: "macrostate") != nil)
    object.removeValue(forKey: "observableUnits")
    try JSONSerialization.data(withJSONObject: object).write(to: url)
    let records = folder.appendingPathComponent("files.json")
    var files = try JSONFile.read([String: FileRecord].self, from: records)
    files["model.json"] = try FileRecord(of: url)
    try JSONFile.write(files, to: records)

    let old = try TrainedModel(folder)
    #expect(old.units == .none && old.description.macrostate == model.description.macrostate)
    let start: [Float] = Array(model.description.macrostateScaling.mean)
    func forecast(_ model: TrainedModel) throws -> Forecast {
      try model.ensemble.forecast(starts: start, times: [[0, 0.1, 0.2]], compute: Compute(threads: 1))
    }
    let (now, before) = (try forecast(model), try forecast(old))
    #expect(before.paths == now.paths)
    #expect(before.values(0, frame: 2, 0) == before.paths.map { Double($0[0][2 * before.dimension]) })
  }

  // MARK: Positions

  /// Scalings are those of what varies, in whatever unit and wherever positions are.
  @Test(arguments: [DataSettings.Scaling.standard, .range])
  func positionsAreScaledByWhatVaries(kind: DataSettings.Scaling) throws {
    func scaling(_ place: (Float) -> Float) throws -> PointScaling {
      let tiny = try TinyRun(place: place)
      var configuration = tiny.configuration
      configuration.data.scaling = kind
      return try TrainingData(configuration, pool: .init(threads: 1)).scaling
    }
    let plain = try scaling { $0 }
    for unit: Float in [1e-10, 1e-30, 1e15] {
      let carried = try scaling { unit * $0 }
      #expect(zip(plain.factor, carried.factor).allSatisfy { abs($1 * unit / $0 - 1) < 1e-5 }, "\(carried)")
    }
    // In steps of a 16th, which is what single precision has at a million.
    let (near, far) = (try scaling { ($0 * 16).rounded() / 16 }, try scaling { 1e6 + ($0 * 16).rounded() / 16 })
    #expect(zip(near.factor, far.factor).allSatisfy { abs($0 / $1 - 1) < 1e-6 }, "\(far)")
    #expect(try scaling { _ in 0.1 }.factor == [1, 1])
  }

  @Test func validationFarFromTrainingIsRefused() throws {
    // Whichever trajectories validate, one value is too far from the others where it does not train.
    let tiny = try TinyRun(names: ["size"], measure: { [$0 > 1.4 ? 1e60 : $0] })
    var seeds: [Bool] = []
    for seed in 1...12 {
      var configuration = tiny.configuration
      configuration.seed = UInt64(seed)
      let validates = try TrainingData.open(configuration).split.validation.contains(9)
      seeds.append(validates)
      guard validates else { continue }
      expectError(.badData, containing: "'size' is 1e+60 in a validation trajectory") {
        try tiny.train("run-\(seed)", configuration)
      }
      break
    }
    #expect(seeds.last == true)
  }
}
