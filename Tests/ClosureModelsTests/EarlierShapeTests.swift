import ClosureModels
import Foundation
import MacrostateSettings
import Testing

/// Descriptions of closure models as layout 5 of `model.json` and earlier have them.
@Suite struct EarlierShapeTests {
  private static let flow = """
    {"density": {"smoothing": 0.3, "samples": 16, "flow": {"dimension": 2, "contextDimension": 4, "layers": 3,
     "widths": [8, 9], "contextWidths": [5], "activation": "silu", "spline": {"bins": 6, "bound": 4}}}}
    """
  private static let decoder = #"{"chamfer": {"decoder": {"pointCount": 12, "widths": [7], "activation": "relu"}}}"#
  private static let attention = """
    {"setTransformer": {"_0": {"width": 8, "heads": 2, "blocks": 1, "inducingPoints": 3}, "activation": "relu"}}
    """

  private func shape(_ encoder: String, _ objective: String) throws -> ClosureModel.Shape {
    let text =
      #"{"dimension": 2, "featureCount": 0, "closureDimension": 4, "encoder": "#
      + encoder + #", "objective": "# + objective + "}"
    return try JSONDecoder().decode(EarlierClosureShape.self, from: Data(text.utf8)).shape
  }

  @Test func casesBecomePartsWithTheirSettings() throws {
    let attention = try shape(Self.attention, Self.decoder)
    #expect(attention.speciesCount == 1 && attention.pointCount == 0)
    #expect(
      attention.encoder
        == PartSettings(
          SetTransformerEncoder.self, .init(width: 8, heads: 2, blocks: 1, inducingPoints: 3, activation: .relu)))
    #expect(attention.objective == .chamfer(decoder: .init(pointCount: 12, widths: [7], activation: .relu)))

    let flat = try shape(
      #"{"flattened": {"pointCount": 12, "widths": [5, 6, 7], "activation": "tanh"}}"#, Self.flow)
    #expect(flat.pointCount == 12 && flat.encodesWholeFrames)
    #expect(
      flat.encoder
        == PartSettings(FlattenedEncoder.self, .init(pointWidths: [5, 6, 7], setWidths: [], activation: .tanh)))
    guard case .density(let smoothing, let samples, let density) = flat.objective else {
      Issue.record("\(flat.objective)")
      return
    }
    #expect(smoothing == [0.3, 0.3] && samples == 16)
    let written = try JSONEncoder().encode(density)
    let settings = try #require(
      (JSONSerialization.jsonObject(with: written) as? [String: Any])?["settings"] as? [String: String])
    #expect(
      settings == [
        "layers": "3", "widths": "[8, 9]", "context_widths": "[5]", "activation": "silu", "bins": "6", "bound": "4.0",
      ])
  }

  @Test(arguments: [
    (attention.replacing("\"heads\": 2", with: "\"heads\": 3"), decoder),
    (attention.replacing("\"blocks\": 1", with: "\"blocks\": 1000000000"), decoder),
    (attention, flow.replacing("\"bins\": 6", with: "\"bins\": 0")),
    (attention, flow.replacing("\"dimension\": 2", with: "\"dimension\": -2")),
  ])
  func sizesThatNoModelHasAreRefused(encoder: String, objective: String) {
    #expect(throws: DecodingError.self) { try shape(encoder, objective) }
  }
}
