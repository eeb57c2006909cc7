import CMacrostateKernels
import Foundation
import MacrostateSettings

/// The interaction of two particles at the distance r (Kolokolnikov, Sun, Uminsky and Bertozzi, Stability of ring
/// patterns arising from two-dimensional particle interactions, Phys. Rev. E 84, 015203, 2011).
///
/// The force F(r) = tanh(a(1 − r)) + b pushes apart where it is positive; the energy is
/// U(r) = (1/a) log cosh(a(1 − r)) + b(1 − r), so that F = −dU/dr. All is in reduced units.
public struct PairInteraction: SettingsGroup, Codable {
  /// How steeply repulsion turns into attraction at r = 1; positive.
  public var a: Double
  /// The additional repulsion.
  public var b: Double

  /// What the group is about.
  public static let summary = "The interaction of two particles"
  /// The keys, in the bounds of what single precision can calculate with.
  public static let settings: [Setting<PairInteraction>] = [
    Setting("a", \.a, .above(0.0, atMost: 1e6), "Steepness of the force at r = 1"),
    Setting("b", \.b, .between(-1e6, 1e6), "Repulsion beside it"),
  ]

  /// The interaction with a = 4 and b = 0.1, where particles settle into an annulus.
  public init() { self.init(a: 4, b: 0.1) }

  /// The interaction with these parameters.
  public init(a: Double = 4, b: Double = 0.1) {
    self.a = a
    self.b = b
  }

  /// F(r) = tanh(a(1 − r)) + b.
  public func force(_ r: Double) -> Double { tanh(a * (1 - r)) + b }

  /// U(r) = (1/a) log cosh(a(1 − r)) + b(1 − r).
  public func energy(_ r: Double) -> Double {
    // cosh itself would overflow for distant particles.
    let u = abs(a * (1 - r))
    return (u + log1p(exp(-2 * u)) - log(2)) / a + b * (1 - r)
  }

  /// The same parameters for the kernels.
  package var kernelForce: MacrostatePairForce { MacrostatePairForce(a: Float(a), b: Float(b)) }
}
