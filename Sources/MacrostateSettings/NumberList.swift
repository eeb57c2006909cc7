/// Several numbers as the value of a setting: a list in YAML, `[1, 1.5]`, or numbers separated by blanks, as an option
/// must write them: `epsilon=1 1.5`. One number is a list of one.
public struct NumberList: SettingValue, Equatable, ExpressibleByArrayLiteral {
  /// The numbers.
  public var values: [Double]

  /// The type in words.
  public static var typePhrase: String { "numbers" }

  /// The numbers `values`.
  public init(_ values: [Double]) { self.values = values }

  public init(arrayLiteral elements: Double...) { values = elements }

  public static func read(_ node: SettingNode, over current: NumberList) throws(SettingProblem) -> NumberList {
    let words = node.text.map { $0.split(separator: " ").map { SettingNode(yaml: String($0)) } }
    guard let entries = node.entries ?? words else { throw SettingProblem(node, mustBe: "numbers such as [1, 1.5]") }
    var values: [Double] = []
    for entry in entries {
      guard let value = try? Double.read(entry, over: 0) else { throw SettingProblem(entry, mustBe: "a number") }
      values.append(value)
    }
    return NumberList(values)
  }

  public var yaml: String { "[\(values.map(\.yaml).joined(separator: ", "))]" }
}

extension SettingLimit<NumberList> {
  /// Numbers that each obey `limit`, from `least` to `most` of them.
  public static func each(_ limit: SettingLimit<Double>, from least: Int = 1, to most: Int) -> Self {
    Self(phrase: "each \(limit.phrase), from \(least) to \(most) of them") { list in
      guard (least...most).contains(list.values.count) else { return "from \(least) to \(most) numbers" }
      return list.values.lazy.compactMap(limit.demand).first.map { "numbers that are each \($0)" }
    }
  }
}
