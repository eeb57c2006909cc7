import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateSettings
import Testing

@Suite struct SetEncoderTests {
  private let source = Sets(positions: [
    Sets.cloud(7), Sets.cloud(1), Sets.cloud(1500, shift: 1), [], Sets.cloud(5000, shift: -0.5), Sets.cloud(40),
  ])

  /// ẑ of one set in double precision, straight from the formula ρ(mean φ(x)).
  private func reference(_ model: ClosureModel, _ columns: [[Double]]) -> [Double] {
    let parameters = model.initialParameters(seed: 1)
    func layer(_ name: String, _ x: [Double], _ activation: (Double) -> Double) -> [Double] {
      guard let weight = parameters.layout.weights.first(where: { parameters.layout.name(of: $0) == name + ".weight" }),
        let bias = parameters.layout.biases.first(where: { parameters.layout.name(of: $0) == name + ".bias" })
      else { return [] }
      let (w, b) = (parameters[weight], parameters[bias])
      return b.indices.map { i in
        activation(x.indices.reduce(Double(b[i])) { $0 + Double(w[i * x.count + $1]) * x[$1] })
      }
    }
    var mean = [Double](repeating: 0, count: 8)
    for point in columns {
      let features = layer("encoder.points.0", point, tanh)
      for j in mean.indices { mean[j] += features[j] / Double(columns.count) }
    }
    let projected = layer("encoder.points.1", mean) { $0 }
    return layer("encoder.sets.1", layer("encoder.sets.0", projected, tanh)) { $0 }
  }

  private func columns(_ values: [Float]) -> [[Double]] {
    stride(from: 0, to: values.count, by: 2).map { [Double(values[$0]), Double(values[$0 + 1])] }
  }

  @Test(arguments: [false, true])
  func everySizeInOneBatchIsThePlainFormula(isOrdered: Bool) throws {
    let model = Bench.model()
    let closure = try Bench.encode(model, source, [0, 1, 2, 4, 5], isOrdered: isOrdered)
    for (row, set) in [0, 1, 2, 4, 5].enumerated() {
      let expected = reference(model, columns(source.positions[set]))
      for j in 0..<2 {
        #expect(abs(Double(closure[row * 2 + j]) - expected[j]) < 2e-6, "set \(set)")
      }
    }
  }

  /// Encoding in passes over parts is encoding as a whole: a set of which each point stands there often enough to be
  /// large has the means, and so the ẑ, of the small one.
  @Test(arguments: Bench.invariantEncoders) func aLargeSetIsEncodedAsItsSmallEqual(encoder: PartSettings<Encoders>)
    throws
  {
    let small = Sets.cloud(40)
    let large = (0..<75).flatMap { _ in small }
    let closure = try Bench.encode(Bench.model(encoder: encoder), Sets(positions: [small, large]), [0, 1])
    #expect(zip(closure[0..<2], closure[2..<4]).allSatisfy { abs($0 - $1) < 5e-6 })
    #expect(closure.contains { abs($0) > 0.01 })
  }

  @Test(arguments: Bench.invariantEncoders) func aBatchAndItsThreadsDoNotChangeBits(encoder: PartSettings<Encoders>)
    throws
  {
    let all = try Bench.encode(Bench.model(encoder: encoder), source, Array(0..<6), threads: 1)
    #expect(try Bench.encode(Bench.model(encoder: encoder), source, Array(0..<6), threads: 2) == all)
  }

  @Test(arguments: Bench.invariantEncoders) func shuffledPointsGiveTheSameBitsWhenOrdered(
    encoder: PartSettings<Encoders>
  )
    throws
  {
    var shuffled = source
    for set in source.positions.indices {
      let points = columns(source.positions[set])
      // Another order of the same points: backwards, and halves exchanged.
      let order = Array(points[(points.count / 3)...].reversed()) + points[..<(points.count / 3)]
      shuffled.positions[set] = order.flatMap { $0.map(Float.init) }
    }
    let model = Bench.model(encoder: encoder)
    let ordered = try Bench.encode(model, source, Array(0..<6), isOrdered: true)
    #expect(try Bench.encode(model, shuffled, Array(0..<6), isOrdered: true) == ordered)
    let plain = try Bench.encode(model, shuffled, Array(0..<6))
    #expect(zip(plain, ordered).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(arguments: Bench.invariantEncoders) func anEmptySpeciesHasOneClosure(encoder: PartSettings<Encoders>) throws {
    let model = Bench.model(encoder: encoder)
    let beside = Sets(positions: [[], Sets.cloud(3), []])
    let closure = try Bench.encode(model, beside, [0, 1, 2])
    #expect(closure[0..<2] == closure[4..<6])
    #expect(closure[0..<2] == (try Bench.encode(model, source, [3]))[0..<2])
    #expect(closure[0..<2] != closure[2..<4])
  }

  @Test func featuresAndScalingReachTheEncoder() throws {
    let positions: [Float] = [3, 1, 5, 2, 4, 0]
    let features: [Float] = [10, 30, 20]
    let scaling = PointScaling(shift: [4, 1, 20], factor: [0.5, 2, 0.1])
    let model = Bench.model(features: 1, scaling: scaling)
    let closure = try Bench.encode(model, Sets(featureCount: 1, positions: [positions], features: [features]), [0])
    let expected = reference(model, [[-0.5, 0, -1], [0.5, 2, 1], [0, -2, 0]])
    #expect(zip(closure, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
  }
}
