import Foundation
import MacrostateObservables
import MacrostateRecipes
import Microstates

extension TrainedModel {
  /// In words, how a data set of the model's kind is not like the training data: another box, or observables of the same
  /// names that were computed otherwise. Errors and predictions on it then say little.
  public func differences(of dataset: Dataset) -> [String] {
    let box = SimulationBox.difference(of: dataset.description.box, from: box(for: dataset)).map { [$0] } ?? []
    var known: Set<[ObservableDescription.Definition?]> = []
    let observables = zip(dataset.observables, description.observables).compactMap { here, trained -> String? in
      guard here.definition != trained.definition, known.insert([here.definition, trained.definition]).inserted else {
        return nil
      }
      // In open space there are no images, and nothing has changed since earlier versions.
      let hasNoBox = dataset.description.box == nil && description.box == nil
      guard !hasNoBox || here.definition?.ofEarlierVersions != trained.definition?.ofEarlierVersions else { return nil }
      return "its observable '\(here.name)' is \(text(here.definition)), and not \(text(trained.definition))"
    }
    return (box + observables).map { "\(dataset.url.path): \($0); the model was trained with the other" }
  }

  private func text(_ definition: ObservableDescription.Definition?) -> String {
    guard let definition else { return "of values that were given" }
    let settings = definition.settings.sorted { $0.key < $1.key }.map { key, value in
      switch value {
      case .number(let number): "\(key)=\(String(format: "%.6g", number))"
      // A table is long.
      case .text(let text): "\(key)=\(text.count > 60 ? text.prefix(60) + "…" : text)"
      }
    }
    return ([definition.observable] + settings).joined(separator: ",")
  }
}
