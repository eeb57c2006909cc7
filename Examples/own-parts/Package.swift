// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "own-parts",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Macrostate", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "own-parts",
      dependencies: [
        .product(name: "MacrostateCommands", package: "Macrostate"),
        .product(name: "MacrostateKit", package: "Macrostate"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ])
  ]
)
