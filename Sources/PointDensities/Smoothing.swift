import MacrostateSettings

/// ε of the kernel mixture: one number for all coordinates, one for each, or those that the data choose (`LeaveOneOut`).
public struct Smoothing: Hashable, Sendable, ExpressibleByFloatLiteral {
  /// The numbers; none where the data choose them.
  public let values: [Double]

  /// What the data choose.
  public static let auto = Smoothing(none: ())

  private init(none: ()) { values = [] }

  /// Whether the data choose.
  public var isAuto: Bool { values.isEmpty }

  /// ε of all coordinates.
  public init(_ value: Double) { values = [value] }

  /// ε of all coordinates.
  public init(floatLiteral value: Double) { self.init(value) }

  /// ε of each coordinate; at least one.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty)
    self.values = values
  }

  /// ε of each of `dimension` coordinates; nil where there are others, or the data choose.
  public func scales(dimension: Int) -> [Double]? {
    if values.count == 1 { return Array(repeating: values[0], count: dimension) }
    return values.count == dimension ? values : nil
  }
}

extension Smoothing: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "a number, a list of numbers or auto" }

  public static func read(_ node: SettingNode, over current: Smoothing) throws(SettingProblem) -> Smoothing {
    if node.text == "auto" { return .auto }
    guard let entries = node.entries else {
      guard let value = try? Double.read(node, over: 0) else { throw SettingProblem(node, mustBe: typePhrase) }
      return Smoothing(value)
    }
    var values: [Double] = []
    for entry in entries { values.append(try Double.read(entry, over: 0)) }
    guard !values.isEmpty else { throw SettingProblem(node, mustBe: "a number, or a list of at least one") }
    return Smoothing(values)
  }

  public var yaml: String {
    isAuto ? "auto" : values.count == 1 ? values[0].yaml : "[\(values.map(\.yaml).joined(separator: ", "))]"
  }
}

extension SettingLimit<Smoothing> {
  /// Numbers that each obey `limit`.
  public static func each(_ limit: SettingLimit<Double>) -> Self {
    SettingLimit(phrase: limit.phrase) { smoothing in smoothing.values.lazy.compactMap(limit.demand).first }
  }
}
