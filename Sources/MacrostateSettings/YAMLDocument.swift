import MacrostateStorage
import Yams

/// A text of YAML, as far as settings need YAML.
enum YAMLDocument {
  /// The one document in `text`, nil if there is none; `place` names a line of it.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for text that is no YAML, or more of it than settings need.
  static func compose(_ text: String, place: (Int) -> String) throws -> Node? {
    do {
      if let problem = SettingsText.problem(text) {
        throw MacrostateError(.badData, "\(place(problem.line)): \(problem.message)")
      }
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw MacrostateError(.badData, describe(error, place: place))
    }
  }

  private static func describe(_ error: YamlError, place: (Int) -> String) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return "\(place(mark.line)): not valid YAML: \(problem); mind the indentation, and quote special characters"
    case .duplicatedKeysInMapping(let names, let context):
      let keys = names.map { "'\($0)'" }.joined(separator: ", ")
      return "\(place(context.mark.line)): the key \(keys) is there twice; remove one"
    case .reader(let problem, let offset, _, let yaml):
      let line = yaml.prefix(offset ?? 0).count(where: \.isNewline) + 1
      return "\(place(line)): not valid YAML: \(problem); save it as plain UTF-8 text"
    default:
      return "\(place(1)): not valid YAML: \(error)"
    }
  }
}

extension Node {
  /// Whether it is a key without anything after it, or null.
  var isEmptyScalar: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
    return ["", "~", "null"].contains(scalar.string)
  }
}
