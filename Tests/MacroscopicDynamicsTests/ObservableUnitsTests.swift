import Foundation
import MacroscopicDynamics
import Testing

@Suite struct ObservableUnitsTests {
  /// Values between −1 and 1 about 0.3, carried by an offset and a factor.
  private static func values(_ offset: Double, _ factor: Double) -> [Double] {
    (0...100).map { offset + factor * (0.3 + sin(Double($0))) }
  }

  private static func units(_ values: [Double]) throws -> ObservableUnits {
    ObservableUnits(least: [try #require(values.min())], greatest: [try #require(values.max())])
  }

  @Test func ordinaryValuesKeepTheirBits() throws {
    for (offset, factor) in [(0.0, 1.0), (3, 1), (-5, 0.9), (0, 1e-12), (0, 1e12)] {
      let values = Self.values(offset, factor)
      let units = try Self.units(values)
      #expect(units.offset == [0] && units.scale[0].significand == 1)
      for value in values {
        #expect(units.value(units.component(value, 0), 0) == Double(Float(value)))
        // A power of two changes no digit.
        #expect(units.component(value, 0).significandBitPattern == Float(value).significandBitPattern)
      }
    }
  }

  /// Of a large offset, very small or very large: what varies keeps single precision.
  @Test(arguments: [(1e8, 0.5), (-1e15, 1e3), (1e-30, 1e-33), (0, 1e-30), (0, 1e39), (-1e300, 1e298), (7e5, 1e-3)])
  func whatVariesKeepsItsDigits(offset: Double, factor: Double) throws {
    let values = Self.values(offset, factor)
    let units = try Self.units(values)
    let rounding = 2e-6 * factor + 2 * abs(offset).ulp
    for value in values {
      let z = units.component(value, 0)
      #expect(abs(z) < 20)
      #expect(abs(units.value(z, 0) - value) < rounding)
    }
  }

  @Test(arguments: [1e-9, -3.7, 1e39, 0, 5e-324]) func aConstantIsItsValue(value: Double) {
    let units = ObservableUnits(least: [0, value], greatest: [1, value])
    #expect(units.component(value, 1) == 0 && units.value(0, 1) == value)
  }

  @Test func whatIsNoObservableStaysAsItIs() {
    let units = ObservableUnits(least: [1e8], greatest: [1e8 + 4])
    #expect(units.offset == [1e8] && units.scale == [2])
    #expect(units.components([1e8 + 3, 7]) == [1.5, 7] && units.values([1.5, 7]) == [1e8 + 3, 7])
    #expect(ObservableUnits.none.components([0.1]) == [0.1] && ObservableUnits.none.values([0.5]) == [0.5])
    #expect(units.component(1e300, 0) == .infinity, "too far from what was seen")
  }

  @Test func unitsOfTheWholeRangeOfNumbersAreFinite() {
    let greatest = Double.greatestFiniteMagnitude
    for (low, high) in [(-greatest, greatest), (0, greatest), (greatest / 2, greatest), (0, 5e-324), (0, 1e-310)] {
      let units = ObservableUnits(least: [low], greatest: [high])
      #expect(units.offset[0].isFinite && units.scale[0] > 0 && units.scale[0].isFinite)
      #expect(units.component(low, 0).isFinite && units.component(high, 0).isFinite)
    }
  }

  // MARK: Observables that are conserved

  /// Two trajectories along which the first observable stays as it is, at another value in each.
  private static let conserving = Bench.trajectories(
    [[[2, 0], [2, 1], [2, 3]], [[5, 1], [5, 2], [5, 4]]], step: 0.1)

  @Test(arguments: [DifferentialEquation.Integrator.euler, .rungeKutta4])
  func aConservedObservableStays(integrator: DifferentialEquation.Integrator) throws {
    let scaling = MacrostateScaling(Self.conserving)
    #expect(scaling.conserved == [0] && scaling.selecting([1, 0]).conserved == [1])
    #expect(scaling.selecting([1]).conserved == nil)
    // g would move both.
    let (model, parameters) = Bench.linear(
      [1, 0, 0, 1], [0.5, 0.5], integrator: integrator, scaling: scaling)
    let rollout = try model.rollout(
      parameters, starts: [5, 1], steps: Array(repeating: 0.1, count: 20), compute: Bench.compute)
    #expect(rollout.series(0, 0) == Array(repeating: 5, count: 21))
    #expect(rollout.series(0, 1).last != 1)
    #expect(model.drift(parameters, ofStates: [5, 1], kernels: Bench.kernels)[0] == 0)
  }

  @Test(arguments: [DifferentialEquation.Diffusion.constant, .lowerTriangular])
  func aConservedObservableHasNoNoise(diffusion: DifferentialEquation.Diffusion) throws {
    let raw = Bench.raw(deviation: 0.5)
    let (model, parameters) = Bench.linear(
      [0, 0, 0, 0], [0, 0], diffusion: diffusion, rawDiffusion: diffusion == .constant ? [raw, raw] : [raw, 0.3, raw],
      scaling: MacrostateScaling(Self.conserving))
    let rollout = try model.rollout(
      parameters, starts: [2, 1], steps: [0.1, 0.1, 0.1], noise: PathNoise(seed: 1), samples: 5, compute: Bench.compute)
    for sample in 0..<5 {
      #expect(rollout.series(0, sample: sample, 0) == [2, 2, 2, 2])
      #expect(Set(rollout.series(0, sample: sample, 1)).count == 4)
    }
  }

  @Test func scalingsOfEarlierVersionsHaveNone() throws {
    var scaling = MacrostateScaling(Self.conserving)
    scaling.conserved = nil
    let text = try JSONEncoder().encode(scaling)
    #expect(!String(decoding: text, as: UTF8.self).contains("conserved"))
    #expect(try JSONDecoder().decode(MacrostateScaling.self, from: text) == scaling)
    #expect(!scaling.isConserved(0) && scaling.driftRate(0) == 1)
  }
}
