import Yams

/// A type that a setting can have: how it is read from YAML and written to it.
protocol SettingValue: Sendable {
  /// The type in words that follow "must be": "an integer".
  static var typePhrase: String { get }

  /// The value in `node`; `current` is the setting's value up to now.
  static func read(_ node: Node, over current: Self) throws(SettingProblem) -> Self

  /// The value as YAML on one line, which `read` turns into the same value.
  var yaml: String { get }
}

/// What is wrong with a value, in words that follow the setting's name.
struct SettingProblem: Error {
  /// What is wrong.
  let message: String
  /// The line of the culprit within a longer value.
  let line: Int?

  /// The problem of a value of the wrong type.
  init(_ node: Node, mustBe type: String) {
    message = "must be \(type), not \(node.brief)"
    line = node.mark?.line
  }
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
  static var typePhrase: String { "an integer" }

  static func read(_ node: Node, over current: Int) throws(SettingProblem) -> Int {
    guard let text = node.plainText?.filter({ $0 != "_" }), let value = Int(text) ?? wholeNumber(text) else {
      throw SettingProblem(node, mustBe: typePhrase)
    }
    return value
  }

  /// 1e4 is an integer to those who write it.
  private static func wholeNumber(_ text: String) -> Int? {
    Double(decimal: text).flatMap(Int.init(exactly:))
  }

  var yaml: String { description }
}

extension UInt64: SettingValue {
  static var typePhrase: String { "an integer" }

  static func read(_ node: Node, over current: UInt64) throws(SettingProblem) -> UInt64 {
    guard let text = node.plainText?.filter({ $0 != "_" }), let value = UInt64(text) else {
      throw SettingProblem(node, mustBe: "an integer from 0 to \(UInt64.max)")
    }
    return value
  }

  var yaml: String { description }
}

extension Double: SettingValue {
  static var typePhrase: String { "a number" }

  static func read(_ node: Node, over current: Double) throws(SettingProblem) -> Double {
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
  var yaml: String {
    guard let exponent = description.firstIndex(of: "e"), !description.contains(".") else { return description }
    return description[..<exponent] + ".0" + description[exponent...]
  }
}

extension String: SettingValue {
  static var typePhrase: String { "a text" }

  static func read(_ node: Node, over current: String) throws(SettingProblem) -> String {
    guard case .scalar(let scalar) = node else { throw SettingProblem(node, mustBe: typePhrase) }
    return node.plainText == "~" || node.plainText == "null" ? "" : scalar.string
  }

  /// In double quotes, with control characters and separators of lines as escapes.
  var yaml: String {
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
  static var typePhrase: String { "a list of integers" }

  static func read(_ node: Node, over current: [Int]) throws(SettingProblem) -> [Int] {
    guard case .sequence(let entries) = node else {
      throw SettingProblem(node, mustBe: "a list of integers such as [64, 64]")
    }
    var values: [Int] = []
    for entry in entries {
      guard let value = try? Int.read(entry, over: 0) else { throw SettingProblem(entry, mustBe: typePhrase) }
      values.append(value)
    }
    return values
  }

  var yaml: String { "[\(map(\.description).joined(separator: ", "))]" }
}

extension [String: String]: SettingValue {
  static var typePhrase: String { "a mapping of names to paths" }

  /// Entries add to those that are there or replace them; an empty mapping removes all.
  static func read(_ node: Node, over current: [String: String]) throws(SettingProblem) -> [String: String] {
    guard case .mapping(let pairs) = node else {
      throw SettingProblem(node, mustBe: "\(typePhrase) such as {in-dst: test.dataset}")
    }
    var values = pairs.isEmpty ? [:] : current
    for (key, value) in pairs {
      guard case .scalar(let name) = key else { throw SettingProblem(key, mustBe: typePhrase) }
      values[name.string] = try String.read(value, over: "")
    }
    return values
  }

  var yaml: String {
    "{\(sorted { $0.key < $1.key }.map { "\($0.key.yaml): \($0.value.yaml)" }.joined(separator: ", "))}"
  }
}

/// A setting with a fixed choice of values.
protocol SettingChoice: SettingValue, RawRepresentable, CaseIterable where RawValue == String {}

extension SettingChoice {
  static var typePhrase: String { "one of \(allCases.map(\.rawValue).joined(separator: ", "))" }

  static func read(_ node: Node, over current: Self) throws(SettingProblem) -> Self {
    guard case .scalar(let scalar) = node, let value = Self(rawValue: scalar.string) else {
      throw SettingProblem(node, mustBe: typePhrase)
    }
    return value
  }

  var yaml: String { rawValue }
}

extension ActivationName: SettingChoice {}
extension ScheduleName: SettingChoice {}
extension EncoderSettings.Kind: SettingChoice {}
extension ClosureTrainingSettings.Objective: SettingChoice {}
extension DataSettings.Scaling: SettingChoice {}
extension DynamicsSettings.Kind: SettingChoice {}
extension DynamicsSettings.Observables: SettingChoice {}
extension DynamicsSettings.Composition: SettingChoice {}
extension DynamicsTrainingSettings.JointDynamics: SettingChoice {}
extension DynamicsSettings.Integrator: SettingChoice {}
extension DynamicsSettings.Drift: SettingChoice {}
extension DynamicsSettings.Diffusion: SettingChoice {}
