import Foundation
import MacrostateEvaluation
import MacrostateRuns
import MacrostateStorage
import Testing

@Suite struct ErrorTableTests {
  /// A result of these regimes; means are the regime's number.
  private func result(_ names: [String], notApplicable: [String: String] = [:]) throws -> EvaluationResult {
    func statistics(_ mean: Double) -> [String: Any] {
      ["mean": mean, "median": mean / 2, "spread": mean / 4, "worstShare": 0.5]
    }
    var regimes: [String: Any] = [:]
    for (i, name) in names.enumerated() {
      regimes[name] = [
        "trajectories": 10_000 + i, "scaled": statistics(Double(i + 1)), "physical": statistics(Double(i + 10)),
        "variance": statistics(20), "memberMeans": [1.0], "withoutClosure": statistics(Double(i + 30)),
        "persistence": statistics(Double(i + 40)), "startsOutside": 0, "divergences": [String](),
        "examples": [String](),
      ]
    }
    let object: [String: Any] = [
      "regimes": regimes, "notApplicable": notApplicable,
      "permutation": ["sets": 1, "identical": 1, "largestUnorderedChange": 0.0],
      "closureScore": 1.0, "closureScoreName": "KL", "validationScores": [0.5], "densities": [String](),
      "warnings": [String](),
    ]
    return try JSONDecoder().decode(EvaluationResult.self, from: JSONSerialization.data(withJSONObject: object))
  }

  @Test func regimesComeInThePapersOrder() throws {
    let names = ["zebra", "diff-N", "ant", "in-dst", "diff-init"]
    #expect(ErrorTable.ordered(try result(names)) == ["in-dst", "diff-init", "diff-N", "ant", "zebra"])
    let lines = ErrorTable(try result(names)).text.split(separator: "\n")
    #expect(lines.dropFirst().map { $0.prefix { $0 != " " } } == ["in-dst", "diff-init", "diff-N", "ant", "zebra"])
  }

  @Test func whatDoesNotApplyIsSaidSo() throws {
    let table = ErrorTable(try result(["in-dst", "diff-init"], notApplicable: ["diff-N": "another n"]))
    let last = try #require(table.text.split(separator: "\n").last).split(separator: " ")
    #expect(last.first == "diff-N" && last.dropFirst().allSatisfy { $0 == "N/A" } && last.count == 8)
    #expect(table.reportTable.rows.map(\.count) == [10, 10, 10])
    let object = try JSONSerialization.jsonObject(with: Data(JSONFile.text(table.summary).utf8)) as? [String: Any]
    let regimes = try #require(object?["regimes"] as? [String: Any])
    #expect(regimes["diff-N"] is NSNull && !(regimes["in-dst"] is NSNull))
    let seeds = SeedTable([try result(["in-dst"], notApplicable: ["diff-N": "another n"])])
    #expect(seeds.rows.map(\.regime) == ["in-dst"] && seeds.text.contains("N/A"))
  }

  @Test func theTextFitsEightyColumns() throws {
    let text = ErrorTable(try result(["in-dst", "diff-init", "diff-N"])).text
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
  }

  @Test func theSummaryHasTheNamesThatScriptsRelyOn() throws {
    let text = try JSONFile.text(ErrorTable(result(["in-dst"])).summary)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(Array(object.keys) == ["regimes"])
    let regime = try #require((object["regimes"] as? [String: [String: Any]])?["in-dst"])
    #expect(regime["mre"] as? [String: Double] == ["mean": 1, "median": 0.5, "spread": 0.25, "physicalMean": 10])
    #expect(regime["trajectories"] as? Int == 10_000)
    #expect(regime["withoutClosure"] as? [String: Double] == ["mean": 30])
    #expect(regime["persistence"] as? [String: Double] == ["mean": 40])
  }

  @Test func probesAreATableOfTheReportAndText() throws {
    func scores(_ value: Double) -> [[String: Any]] {
      ["moments of order 1", "pair distances"].map { name in
        [
          "statistic": name, "pooled": value, "mean": value / 2, "least": value / 3, "ridge": 1e-6,
          "targets": [["name": "x", "determination": value], ["name": "y"]],
        ]
      }
    }
    let object: [String: Any] = [
      "regime": "in-dst", "trainingFrames": 4096, "testFrames": 2048, "histogramEnds": [3.0],
      "readings": [
        ["source": "closure variables", "inputs": 8, "scores": scores(0.75)],
        ["source": "observables", "inputs": 1, "scores": scores(0.25)],
      ],
    ]
    let result = try JSONDecoder().decode(ProbeResult.self, from: JSONSerialization.data(withJSONObject: object))
    let table = ProbeTable(result).reportTable
    #expect(
      table.rows == [
        [.text("moments of order 1"), .integer(2), .number(0.75), .number(0.375), .number(0.25), .number(0.125)],
        [.text("pair distances"), .integer(2), .number(0.75), .number(0.375), .number(0.25), .number(0.125)],
      ])
    let lines = ProbeTable(result).text.split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.count <= 80 })
    #expect(lines[1].contains("0.7500") && lines[1].contains("0.2500"))
  }
}
