print("macrostate")
