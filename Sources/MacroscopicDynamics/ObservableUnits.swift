/// The units in which observables stand in the macrostate z: z̄ⱼ = (valueⱼ − offsetⱼ)/scaleⱼ, by their values in training.
/// What varies keeps its digits in single precision, however large, small or far from 0 an observable is.
///
/// Offsets are subtracted in double precision. A scale is a power of two, and an offset a multiple of 32 scales: an
/// observable within some of its ranges of 0 has the offset 0, and keeps its digits, and the bits of all that is computed
/// from them.
public struct ObservableUnits: Sendable, Equatable, Codable {
  /// The offset of each observable, `[k]`.
  public var offset: [Double]
  /// The scale that the difference is divided by, `[k]`.
  public var scale: [Double]

  /// The observables as they are.
  public static let none = ObservableUnits(offset: [], scale: [])

  /// Units of these offsets and scales.
  public init(offset: [Double], scale: [Double]) {
    precondition(offset.count == scale.count)
    self.offset = offset
    self.scale = scale
  }

  /// The units of observables between these values, each `[k]`; of a constant one its value is the offset.
  public init(least: [Double], greatest: [Double]) {
    let units = zip(least, greatest).map(Self.unit)
    self.init(offset: units.map(\.offset), scale: units.map(\.scale))
  }

  private static func unit(least: Double, greatest: Double) -> (offset: Double, scale: Double) {
    // Halves first: a sum of two large numbers may be infinite.
    let (middle, half) = (greatest / 2 + least / 2, greatest / 2 - least / 2)
    guard half > 0 else { return (greatest, 1) }
    let scale = Double(sign: .plus, exponent: half.exponent, significand: 1)
    let offset = (middle / scale / 32).rounded() * 32 * scale
    return (offset.isFinite ? offset : 0, scale)
  }

  /// Component j of z of an observable's value; infinite where the value is too far from those in training for single
  /// precision.
  public func component(_ value: Double, _ j: Int) -> Float {
    Float(scaled(value, j))
  }

  /// The same in double precision.
  public func scaled(_ value: Double, _ j: Int) -> Double {
    j < scale.count ? (value - offset[j]) / scale[j] : value
  }

  /// The value of component j of z in its own unit; components behind the observables have none but z's.
  public func value(_ component: Float, _ j: Int) -> Double {
    j < scale.count ? offset[j] + scale[j] * Double(component) : Double(component)
  }

  /// z̄ of observables `[k]`.
  public func components(_ values: some Sequence<Double>) -> [Float] {
    values.enumerated().map { component($0.element, $0.offset) }
  }

  /// Observables of components of z.
  public func values(_ components: some Sequence<Float>) -> [Double] {
    components.enumerated().map { value($0.element, $0.offset) }
  }
}
