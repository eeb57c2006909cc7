import Foundation

/// Places on a circle of circumference 1, as numbers from 0 up to 1: shares of a period.
public enum Circle {
  /// The place of any finite number: it and the numbers that differ from it by whole ones are one place.
  @inlinable
  public static func place<Number: BinaryFloatingPoint>(_ x: Number) -> Number {
    let rest = x - x.rounded(.down)
    // A tiny negative number is rounded to 1.
    return rest < 1 ? rest : 0
  }

  /// Writes cos 2πkx and sin 2πkx for k = 1 … `count`, pair by pair: 2·`count` floats.
  @inlinable
  public static func writeHarmonics(of x: Double, count: Int, to out: UnsafeMutablePointer<Float>) {
    let angle = 2 * .pi * place(x)
    let (c, s) = (cos(angle), sin(angle))
    var wave = (c, s)
    for k in 0..<count {
      out[2 * k] = Float(wave.0)
      out[2 * k + 1] = Float(wave.1)
      wave = (wave.0 * c - wave.1 * s, wave.0 * s + wave.1 * c)
    }
  }
}
