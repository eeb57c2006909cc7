import MacrostateStorage
import Testing

/// Expects `body` to throw an error of `kind` whose message has all `parts`.
public func expectError(
  _ kind: MacrostateError.Kind, containing parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let error = #expect(throws: MacrostateError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.kind == kind, sourceLocation: sourceLocation)
  let message = error?.message ?? ""
  for part in parts { #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation) }
}
