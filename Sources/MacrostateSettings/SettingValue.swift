import Yams

/// A type that a setting can have: how it is read from YAML and written to it.
public protocol SettingValue: Sendable {
  /// The type in words that follow "must be": "an integer".
  static var typePhrase: String { get }

  /// The value in `node`; `current` is the setting's value up to now.
  static func read(_ node: SettingNode, over current: Self) throws(SettingProblem) -> Self

  /// The value as YAML on one line, which `read` turns into the same value.
  var yaml: String { get }

  /// The demand on a value that was set in Swift, which it does not meet, in words that follow "must be"; nil for a good one.
  var demand: String? { get }
}

extension SettingValue {
  public var demand: String? { nil }
}

/// The problem with a value, in words that follow the setting's name.
public struct SettingProblem: Error {
  /// The problem.
  let message: String
  /// The line of the culprit within a longer value.
  let line: Int?

  /// The problem of a value of the wrong type.
  public init(_ node: SettingNode, mustBe type: String) {
    message = "must be \(type), not \(node.yaml.brief)"
    line = node.yaml.mark?.line
  }
}

/// A value as it stands in YAML.
public struct SettingNode {
  let yaml: Node

  init(_ yaml: Node) { self.yaml = yaml }

  /// The value that is written as `text`; a text where it is no YAML.
  init(yaml text: String) {
    yaml = SettingsText.problem(text) == nil ? (try? Yams.compose(yaml: text)) ?? Node(text) : Node(text)
  }

  /// The text of a scalar that is not quoted.
  fileprivate var plainText: String? { yaml.plainText }

  /// The text of a scalar.
  public var text: String? { yaml.scalar?.string }

  /// The entries of a list; nil where it is none.
  public var entries: [SettingNode]? { yaml.sequence.map { $0.map(SettingNode.init) } }
}

extension Node {
  /// The text of a scalar that is not quoted.
  fileprivate var plainText: String? {
    guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any else { return nil }
    return scalar.string
  }

  /// The node in a few words, for a message.
  var brief: String {
    switch self {
    case .scalar(let scalar) where scalar.string.isEmpty: "empty"
    case .scalar(let scalar): "'\(scalar.string.prefix(40))'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }
}

extension Int: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "an integer" }

  public static func read(_ node: SettingNode, over current: Int) throws(SettingProblem) -> Int {
    guard let text = node.plainText?.filter({ $0 != "_" }), let value = Int(text) ?? wholeNumber(text) else {
      throw SettingProblem(node, mustBe: typePhrase)
    }
    return value
  }

  /// 1e4 is an integer to those who write it.
  private static func wholeNumber(_ text: String) -> Int? {
    Double(decimal: text).flatMap(Int.init(exactly:))
  }

  public var yaml: String { description }
}

extension UInt64: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "an integer" }

  public static func read(_ node: SettingNode, over current: UInt64) throws(SettingProblem) -> UInt64 {
    guard let text = node.plainText?.filter({ $0 != "_" }), let value = UInt64(text) else {
      throw SettingProblem(node, mustBe: "an integer from 0 to \(UInt64.max)")
    }
    return value
  }

  public var yaml: String { description }
}

extension Double: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "a number" }

  public static func read(_ node: SettingNode, over current: Double) throws(SettingProblem) -> Double {
    guard let text = node.plainText?.filter({ $0 != "_" }), let value = Double(decimal: text) else {
      throw SettingProblem(node, mustBe: typePhrase)
    }
    return value
  }

  /// A finite number in decimal notation; Swift alone takes "nan", "inf" and hexadecimal digits too.
  fileprivate init?(decimal text: String) {
    guard text.allSatisfy({ "0123456789+-.eE".contains($0) }), let value = Double(text), value.isFinite else {
      return nil
    }
    self = value
  }

  /// The shortest text that reads back as the same number; 1e-05 as 1.0e-05, which is a number to every YAML reader.
  public var yaml: String {
    guard let exponent = description.firstIndex(of: "e"), !description.contains(".") else { return description }
    return description[..<exponent] + ".0" + description[exponent...]
  }
}

/// A number that need not be given: `auto` where other settings decide it.
extension Double?: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "auto, or a number" }

  public static func read(_ node: SettingNode, over current: Double?) throws(SettingProblem) -> Double? {
    if node.plainText == "auto" { return nil }
    guard let value = try? Double.read(node, over: 0) else { throw SettingProblem(node, mustBe: typePhrase) }
    return value
  }

  public var yaml: String { map(\.yaml) ?? "auto" }
}

extension String: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "a text" }

  public static func read(_ node: SettingNode, over current: String) throws(SettingProblem) -> String {
    guard let text = node.text else { throw SettingProblem(node, mustBe: typePhrase) }
    return node.plainText == "~" || node.plainText == "null" ? "" : text
  }

  /// In double quotes, with control characters and separators of lines as escapes.
  public var yaml: String {
    let escaped = unicodeScalars.map { scalar -> String in
      switch scalar.value {
      case 0x22, 0x5C: "\\\(scalar)"
      case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF:
        "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
          + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

extension [Int]: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "a list of integers" }

  public static func read(_ node: SettingNode, over current: [Int]) throws(SettingProblem) -> [Int] {
    guard case .sequence(let entries) = node.yaml else {
      throw SettingProblem(node, mustBe: "a list of integers such as [64, 64]")
    }
    var values: [Int] = []
    for entry in entries.map(SettingNode.init) {
      guard let value = try? Int.read(entry, over: 0) else { throw SettingProblem(entry, mustBe: typePhrase) }
      values.append(value)
    }
    return values
  }

  public var yaml: String { "[\(map(\.description).joined(separator: ", "))]" }
}

extension [String: String]: SettingValue {
  /// The type in words.
  public static var typePhrase: String { "a mapping of names to paths" }

  /// Entries add to those that are there or replace them; an empty mapping removes all.
  public static func read(_ node: SettingNode, over current: [String: String]) throws(SettingProblem) -> [String:
    String]
  {
    guard case .mapping(let pairs) = node.yaml else {
      throw SettingProblem(node, mustBe: "\(typePhrase) such as {in-dst: test.dataset}")
    }
    var values = pairs.isEmpty ? [:] : current
    for (key, value) in pairs {
      guard case .scalar(let name) = key else { throw SettingProblem(SettingNode(key), mustBe: typePhrase) }
      values[name.string] = try String.read(SettingNode(value), over: "")
    }
    return values
  }

  public var yaml: String {
    "{\(sorted { $0.key < $1.key }.map { "\($0.key.yaml): \($0.value.yaml)" }.joined(separator: ", "))}"
  }
}

/// A setting with a fixed choice of values.
public protocol SettingChoice: SettingValue, Equatable, RawRepresentable, CaseIterable where RawValue == String {
  /// The values that can be chosen; all cases unless some are for other uses.
  static var choices: [Self] { get }
  /// Names that earlier versions wrote.
  static var earlierNames: [String: Self] { get }
}

extension SettingChoice {
  public static var choices: [Self] { Array(allCases) }
  public static var earlierNames: [String: Self] { [:] }

  public static var typePhrase: String { "one of \(choices.map(\.rawValue).joined(separator: ", "))" }

  public static func read(_ node: SettingNode, over current: Self) throws(SettingProblem) -> Self {
    guard let text = node.text, let value = choices.first(where: { $0.rawValue == text }) ?? earlierNames[text] else {
      throw SettingProblem(node, mustBe: typePhrase)
    }
    return value
  }

  public var yaml: String { rawValue }

  public var demand: String? { Self.choices.contains(self) ? nil : Self.typePhrase }
}
