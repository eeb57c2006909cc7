import Foundation

/// Numbers as a reader of the page sees them.
public enum NumberText {
  /// A number with three significant digits: `0.228`, `12.5`, `5.21 × 10⁻⁵`; `not finite` for NaN and infinities.
  public static func short(_ number: Double) -> String {
    guard number.isFinite else { return "not finite" }
    guard number != 0 else { return "0" }
    let exponent = self.exponent(of: number)
    if (-2..<5).contains(exponent) {
      let digits = max(0, 2 - exponent)
      let text = String(format: "%.\(digits)f", locale: nil, abs(number))
      return sign(number) + (digits == 0 ? grouped(Int(abs(number).rounded())) : text)
    }
    let mantissa = String(format: "%.2f", locale: nil, abs(number) / pow(10, Double(exponent)))
    return sign(number) + mantissa + " × 10" + superscript(exponent)
  }

  /// A number rounded to a whole one, with thin spaces as in `grouped`; `not finite` for NaN and infinities.
  public static func whole(_ number: Double) -> String {
    guard number.isFinite else { return "not finite" }
    return Int(exactly: number.rounded()).map(grouped) ?? short(number)
  }

  /// A count with thin spaces between thousands: `1 000`, `1 000 000`; up to four digits without.
  public static func grouped(_ count: Int) -> String {
    let digits = String(count.magnitude)
    guard digits.count > 4 else { return (count < 0 ? "−" : "") + digits }
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text.append("\u{202F}") }
      text.append(digit)
    }
    return (count < 0 ? "−" : "") + text
  }

  /// The number with `digits` significant digits, so that a data file need not spell out rounding noise.
  static func rounded(_ number: Double, digits: Int) -> Double {
    guard number.isFinite, number != 0 else { return number }
    let places = digits - 1 - exponent(of: number)
    guard (-300...300).contains(places) else { return number }
    let scale = pow(10, Double(abs(places)))
    let rounded = places >= 0 ? (number * scale).rounded() / scale : (number / scale).rounded() * scale
    return rounded.isFinite ? rounded : number
  }

  /// The digits, `least` or more, by which values tell differences of a hundred-thousandth of their range: those far from
  /// 0 need more.
  static func digits(ofValues values: [Double], least: Int) -> Int {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return least }
    return digits(size: max(abs(low), abs(high)), detail: (high - low) / 1000, least: least)
  }

  /// The digits, `least` or more, by which times tell a hundredth of their shortest step: late ones need more.
  static func digits(ofTimes times: [Double], least: Int) -> Int {
    let step = zip(times, times.dropFirst()).reduce(Double.infinity) { min($0, $1.1 > $1.0 ? $1.1 - $1.0 : $0) }
    return digits(size: times.reduce(0) { max($0, abs($1)) }, detail: step, least: least)
  }

  private static func digits(size: Double, detail: Double, least: Int) -> Int {
    guard size.isFinite, detail.isFinite, size > 0, detail > 0 else { return least }
    return min(max(exponent(of: size) - exponent(of: detail) + 3, least), 17)
  }

  /// The decimal exponent of a finite number other than 0, after rounding to three digits: 9.999e-4 counts as 1e-3.
  private static func exponent(of number: Double) -> Int {
    let exponent = Int(log10(abs(number)).rounded(.down))
    return abs(number) / pow(10, Double(exponent)) >= 9.995 ? exponent + 1 : exponent
  }

  private static func sign(_ number: Double) -> String { number < 0 ? "−" : "" }

  private static func superscript(_ exponent: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return String(String(exponent).compactMap { digits[$0] })
  }
}
