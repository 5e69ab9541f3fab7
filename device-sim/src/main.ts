process.stdout.write('device-sim\n');
