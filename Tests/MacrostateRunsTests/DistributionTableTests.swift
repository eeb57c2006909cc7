import Foundation
import MacrostateEvaluation
import MacrostateRuns
import MacrostateStorage
import Testing

@Suite struct DistributionTableTests {
  /// A result of one stochastic regime.
  private func result() throws -> EvaluationResult {
    func curve(_ mean: Double) -> [String: Any] {
      ["times": [1.0, 2.0], "published": [mean / 2, mean * 3 / 2], "unbiased": [-mean, 0.0]]
    }
    let coverage: [[String: Any]] = [("R_AB", 0.4, 0.8), ("R_BA", 0.5, 1.0)].map { name, half, ninety in
      [
        "observable": name, "times": [1.0, 2.0],
        "bands": [
          ["level": 0.5, "overall": half, "overTime": [half, half]],
          ["level": 0.9, "overall": ninety, "overTime": [ninety, ninety]],
        ],
      ]
    }
    let statistics: [String: Any] = ["mean": 1.0, "median": 1.0, "spread": 1.0, "worstShare": 0.5]
    let regime: [String: Any] = [
      "trajectories": 200, "scaled": statistics, "physical": statistics, "variance": statistics, "memberMeans": [1.0],
      "persistence": statistics, "startsOutside": 0, "divergences": [String](), "examples": [String](),
      "stochastic": [
        "paths": 100, "discrepancy": curve(0.0109), "twinFloor": curve(0.003), "coverage": coverage,
        "cases": [String](), "warnings": [String](),
      ] as [String: Any],
    ]
    let object: [String: Any] = [
      "regimes": ["in-dst": regime], "notApplicable": ["diff-N": "another n"],
      "permutation": ["sets": 1, "identical": 1, "largestUnorderedChange": 0.0], "closureScore": 1.0,
      "closureScoreName": "KL", "validationScores": [0.5], "densities": [String](), "warnings": [String](),
    ]
    return try JSONDecoder().decode(EvaluationResult.self, from: JSONSerialization.data(withJSONObject: object))
  }

  @Test func meansOverTimesAndObservables() throws {
    let table = DistributionTable(try result())
    let lines = table.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && lines.allSatisfy { $0.count <= 80 })
    let cells = lines[1].split(separator: " ")
    #expect(cells == ["in-dst", "1.09e-02", "-5.45e-03", "3.00e-03", "-", "-", "45.0", "90.0"])
    #expect(lines[2].hasPrefix("diff-N") && lines[2].contains("N/A"))
    let row = try #require(table.discrepancyTable.rows.first)
    #expect(row.count == table.discrepancyTable.columns.count)
    #expect(row[3] == .number(0.003) && row[5] == .notAvailable && row[8] == .integer(100))
    #expect(table.coverageTable.rows.map { $0[2] } == [.number(0.4), .number(0.5)])
  }

  @Test func seedsHaveAMeanAndASpread() throws {
    let lines = SeedTable([try result(), try result()]).text.split(separator: "\n").map(String.init)
    #expect(lines.contains("MMD² over 2 seeds: mean ± spread (each seed)") && lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains("in-dst      1.09e-02 ± 0.0e+00   (1.09e-02 1.09e-02)"))
  }

  @Test func scriptsFindTheSameNumbers() throws {
    let text = try JSONFile.text(ErrorTable(result()).summary)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let regimes = try #require(object["regimes"] as? [String: Any])
    let distribution = try #require((regimes["in-dst"] as? [String: Any])?["distribution"] as? [String: Any])
    let mmd = try #require(distribution["mmd"] as? [String: Double])
    #expect(abs((mmd["published"] ?? 0) - 0.0109) < 1e-12 && abs((mmd["unbiased"] ?? 0) + 0.00545) < 1e-12)
    #expect(distribution["withoutClosure"] == nil)
    let coverage = try #require(distribution["coverage"] as? [String: [String: Double]])
    #expect(coverage["R_BA"] == ["half": 0.5, "ninety": 1])
  }
}
